package io.millrace.coordinator;

import io.millrace.coordinator.tree.GroupNode;
import io.millrace.coordinator.tree.ResetNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One thing to change of a group. All of it is stored, or nothing. */
public sealed interface GroupChange {

    /** The head anew: a claim, or a generation of members. */
    record Head(GroupNode node) implements GroupChange {}

    /**
     * These offsets, in place of those of the same partitions; those of an earlier topic of the name go.
     *
     * @param forward without effect where the group is beyond them: they may be old, and have been on their way for long
     * @param exact wherever the group is
     */
    record Offsets(List<GroupOffset> forward, List<GroupOffset> exact) implements GroupChange {
        public Offsets {
            forward = List.copyOf(forward);
            exact = List.copyOf(exact);
        }
    }

    /**
     * Offsets that somebody set by hand.
     *
     * @param undo what is remembered of it; null where it is an undo, after which there is nothing to undo
     */
    record Reset(
            List<GroupOffset> offsets,
            List<Gone> gone,
            @Nullable ResetNode undo) implements GroupChange {
        public Reset {
            offsets = List.copyOf(offsets);
            gone = List.copyOf(gone);
        }
    }

    /** A partition that is to have no offset any more. */
    record Gone(String topic, int partition) {}

    /** No offsets of this topic, whatever its id. */
    record WithoutTopic(String topic) implements GroupChange {}

    /** The whole group goes. */
    record Deleted() implements GroupChange {}
}
