package io.millrace.coordinator.tree;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * {@code /groups/<group>}. Every write of the group's checks this node's version, and every coordinator that takes the
 * group over writes it first: so the writes of the one before fail from then on.
 *
 * @param coordinator who has claimed the group last; null where nobody has
 * @param members by their ids; empty where nobody is in it
 * @param emptySince wall-clock milliseconds; null while it has members
 */
public record GroupNode(
        long generation,
        @Nullable Claimant coordinator,
        SortedMap<String, MemberNode> members,
        @Nullable Long emptySince) {

    public GroupNode {
        // Whoever claims the group writes them: before that there are none.
        members = members == null
                ? Collections.emptySortedMap()
                : Collections.unmodifiableSortedMap(new TreeMap<>(members));
    }

    /** A broker's process. */
    public record Claimant(int brokerId, long brokerEpoch) {}

    /** @param instanceId null for a member whose place dies with its process */
    public record MemberNode(@Nullable String instanceId, long sessionTimeoutMs) {}
}
