package io.millrace.lab.run;

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
    /** What a broker sends to another, or to all, does not arrive; what it is sent does. */
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
    /** A broker ends, and its disk forgets what was not synced. */
    POWER_LOSS(500, 3_000),
    /** A broker's wall clock jumps by an hour, and back. */
    CLOCK(2_000, 6_000);

    private final int minHoldMs;
    private final int maxHoldMs;

    FaultKind(int minHoldMs, int maxHoldMs) {
        this.minHoldMs = minHoldMs;
        this.maxHoldMs = maxHoldMs;
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
