package io.millrace.broker.core.group;

import io.millrace.broker.core.TopicPartition;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** One member, as {@link ConsumerGroup} has it, which owns it. */
final class GroupMember {
    static final long NEVER = Long.MIN_VALUE;

    /** How long it may be without its stream before it counts as gone, if it is no instance with a name. */
    private static final long RECONNECT_MS = 2_000;

    final String id;
    /** Null while all that is known of it is what an earlier coordinator has stored. */
    @Nullable
    MemberConfig config;

    final @Nullable String instanceId;
    /** What is meant for it since the last record was stored; at first what it has brought along to a new coordinator. */
    SortedSet<TopicPartition> target = new TreeSet<>();
    /** What it may read or has not let go of, and since which generation; {@link Grants} changes it. */
    final Map<TopicPartition, Long> granted = new TreeMap<>();
    /** What it was told last, and in which generation; null before that. */
    @Nullable
    SortedSet<TopicPartition> told;

    long toldGeneration;
    long awaitedUntilMs;
    long lastCommit;
    long heardMs;
    long brokenSinceMs = NEVER;
    long lettingGoSinceMs = NEVER;

    GroupMember(String id, @Nullable String instanceId, long nowMs) {
        this.id = id;
        this.instanceId = instanceId;
        this.heardMs = nowMs;
    }

    /** Whether it has not come back yet to a coordinator that took the group over. */
    boolean isAwaited() {
        return config == null;
    }

    boolean isConnected() {
        return config != null && brokenSinceMs == NEVER;
    }

    /** Whether it was told to let go of something, and has not done so yet. */
    boolean isLettingGo() {
        return lettingGoSinceMs != NEVER;
    }

    /** Null where it is not. */
    @Nullable
    String whyGone(long nowMs) {
        MemberConfig said = config;
        if (said == null) {
            return nowMs >= awaitedUntilMs ? "it did not come back to the new coordinator" : null;
        }
        if (nowMs - heardMs >= said.sessionTimeoutMs()) {
            return "it was silent for " + (nowMs - heardMs) + " ms";
        }
        boolean isBroken = brokenSinceMs != NEVER && instanceId == null;
        if (isBroken && nowMs - brokenSinceMs >= RECONNECT_MS) {
            return "its stream broke and it did not come back within " + RECONNECT_MS + " ms";
        }
        return isLettingGo() && nowMs - lettingGoSinceMs >= said.rebalanceTimeoutMs()
                ? "it did not let go of its partitions within " + said.rebalanceTimeoutMs() + " ms"
                : null;
    }

    /** Its place among the others, the same one for the next process of an instance. */
    String name() {
        return instanceId == null ? id : instanceId;
    }

    /** All its waits end later by so much. */
    void shift(long ms) {
        heardMs += ms;
        awaitedUntilMs += ms;
        brokenSinceMs = brokenSinceMs == NEVER ? NEVER : brokenSinceMs + ms;
        lettingGoSinceMs = lettingGoSinceMs == NEVER ? NEVER : lettingGoSinceMs + ms;
    }

    GroupRecord.Entry entry() {
        MemberConfig said = config;
        if (said == null) {
            throw new IllegalStateException("member " + id + " has not said what it wants");
        }
        return new GroupRecord.Entry(instanceId, said.sessionTimeoutMs());
    }

    /** Also one that is awaited: nobody knows what that wants. */
    boolean wantsAny(TopicMatches among) {
        return config == null || !among.wanted(config.subscription()).isEmpty();
    }

    MemberView view(long nowMs) {
        boolean isHeard = config != null;
        return new MemberView(
                id, instanceId, config, readable(), new TreeSet<>(surplus()), isHeard ? nowMs - heardMs : -1);
    }

    /** What it has to let go of. */
    Set<TopicPartition> surplus() {
        Set<TopicPartition> surplus = new TreeSet<>(granted.keySet());
        surplus.removeAll(target);
        return surplus;
    }

    /** What it may read now. */
    SortedSet<TopicPartition> readable() {
        SortedSet<TopicPartition> readable = new TreeSet<>(target);
        readable.retainAll(granted.keySet());
        return readable;
    }

    /** Whether it has exactly what it is to have. */
    boolean isSettled() {
        return granted.keySet().equals(target);
    }
}
