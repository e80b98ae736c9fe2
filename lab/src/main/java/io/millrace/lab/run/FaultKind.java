package io.millrace.lab.run;

import java.util.List;
import java.util.Locale;

/** What a run may do to a cluster. */
public enum FaultKind {
    /** A broker ends at once, and is started again. */
    KILL(300, 3_000),
    /** A broker is asked to end, as an operator does, and is started again. */
    TERM(300, 3_000),
    /** A broker stands still with its connections open, and wakes. */
    PAUSE(1_000, 8_000),
    /** A broker is cut off from all others, from the coordination service and from clients, both ways. */
    PARTITION(2_000, 8_000),
    /** What a broker sends does not arrive, or what it is sent; the other way all is well. */
    ONE_WAY(2_000, 8_000),
    /** What goes to and from a broker takes its time. */
    SLOW_LINK(2_000, 8_000),
    /** A server of the coordination service ends at once, and is started again. */
    ZK_KILL(1_000, 6_000),
    /** A server of the coordination service stands still, and wakes. */
    ZK_PAUSE(1_000, 8_000),
    /** A broker's disk has no room left. */
    DISK_FULL(2_000, 6_000),
    /** A broker's disk stalls again and again. */
    SLOW_DISK(2_000, 6_000),
    /** A broker ends, or all of them at the same time, and its disk forgets what was not synced. */
    POWER_LOSS(500, 3_000),
    /** A broker's disk fails whatever is asked of it, until the broker is started again. */
    DISK_ERROR(1_000, 5_000),
    /** A broker's wall clock jumps by an hour, and back. */
    CLOCK(2_000, 6_000);

    private final int minHoldMs;
    private final int maxHoldMs;

    FaultKind(int minHoldMs, int maxHoldMs) {
        this.minHoldMs = minHoldMs;
        this.maxHoldMs = maxHoldMs;
    }

    /** The ways in which it strikes servers, one or more. */
    List<FaultForm> forms() {
        return switch (this) {
            case KILL, TERM, PAUSE -> List.of(FaultForm.PLAIN, FaultForm.CONTROLLER);
            case PARTITION ->
                List.of(FaultForm.FROM_ALL, FaultForm.FROM_BROKERS, FaultForm.FROM_ZOOKEEPER, FaultForm.HALF_OPEN);
            case ONE_WAY ->
                List.of(
                        FaultForm.TO_ALL,
                        FaultForm.BY_ALL,
                        FaultForm.TO_BROKERS,
                        FaultForm.BY_BROKERS,
                        FaultForm.TO_ZOOKEEPER,
                        FaultForm.BY_ZOOKEEPER);
            case SLOW_LINK -> List.of(FaultForm.BOTH_WAYS, FaultForm.OUTGOING, FaultForm.INCOMING);
            case POWER_LOSS -> List.of(FaultForm.PLAIN, FaultForm.EVERYBODY);
            case CLOCK -> List.of(FaultForm.AHEAD, FaultForm.BEHIND);
            case ZK_KILL, ZK_PAUSE, DISK_FULL, SLOW_DISK, DISK_ERROR -> List.of(FaultForm.PLAIN);
        };
    }

    /** The ways in which it strikes between servers and clients only; none where it cannot. */
    List<FaultForm> formsOfClients() {
        return switch (this) {
            case PARTITION -> List.of(FaultForm.FROM_CLIENTS, FaultForm.HALF_OPEN_FROM_CLIENTS);
            case ONE_WAY -> List.of(FaultForm.TO_CLIENTS, FaultForm.BY_CLIENTS);
            case SLOW_LINK -> forms();
            default -> List.of();
        };
    }

    int minHoldMs() {
        return minHoldMs;
    }

    int maxHoldMs() {
        return maxHoldMs;
    }

    /** As users write it: {@code one-way}. */
    public String spelling() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Throws {@link IllegalArgumentException} where there is none of this name. */
    public static FaultKind parse(String spelling) {
        for (FaultKind kind : values()) {
            if (kind.spelling().equals(spelling)) {
                return kind;
            }
        }
        throw new IllegalArgumentException("there is no fault '" + spelling + "'");
    }

    boolean isOfZooKeeper() {
        return this == ZK_KILL || this == ZK_PAUSE;
    }
}
