package io.millrace.broker.group;

import io.millrace.broker.core.ErrorReason;
import io.millrace.broker.core.Outcome;
import io.millrace.broker.core.Refusal;
import io.millrace.broker.core.TopicImage;
import io.millrace.coordinator.GroupChange;
import io.millrace.coordinator.GroupChange.Gone;
import io.millrace.coordinator.GroupOffset;
import io.millrace.coordinator.StoredGroup;
import io.millrace.coordinator.tree.OffsetsChunk.OffsetNode;
import io.millrace.coordinator.tree.ResetNode;
import io.millrace.coordinator.tree.ResetNode.PartitionReset;
import io.millrace.coordinator.tree.ResetNode.TopicReset;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What takes a group back to before its last reset. Topics that were deleted since are left out, created again or not:
 * offsets of theirs are nobody's any more.
 */
record ResetUndo(GroupChange.Reset change, List<ResetOffset> result) {

    /**
     * Refused with INVALID_REQUEST where nothing was reset, or only topics that are gone, with CONFLICT where something was
     * committed since.
     *
     * @param topics of the cluster by name
     */
    static Outcome<ResetUndo> of(String group, StoredGroup stored, SortedMap<String, TopicImage> topics) {
        ResetNode last = stored.reset().orElse(null);
        if (last == null) {
            return Outcome.no(Refusal.definite(
                    ErrorReason.INVALID_REQUEST, "Group '" + group + "' has no reset that could be undone"));
        }
        List<GroupOffset> restored = new ArrayList<>();
        List<Gone> gone = new ArrayList<>();
        List<ResetOffset> result = new ArrayList<>();
        String[] changed = new String[1];
        SortedMap<String, TopicReset> left = stillThere(last, topics);
        if (left.isEmpty()) {
            return Outcome.no(Refusal.definite(
                    ErrorReason.INVALID_REQUEST,
                    "The last reset of group '" + group + "' cannot be undone: its topics were deleted since"));
        }
        left.forEach((topic, ofTopic) -> ofTopic.partitions().forEach((partition, was) -> {
            OptionalLong now = now(stored, topic, ofTopic.topicId(), partition);
            if (!now.equals(optional(was.after()))) {
                changed[0] = topic + "-" + partition;
            }
            result.add(new ResetOffset(topic, ofTopic.topicId(), partition, now, before(was)));
            OffsetNode before = was.before();
            if (before == null) {
                gone.add(new Gone(topic, partition));
            } else {
                restored.add(GroupOffset.of(topic, ofTopic.topicId(), partition, before));
            }
        }));
        return changed[0] == null
                ? Outcome.ok(new ResetUndo(new GroupChange.Reset(restored, gone, null), result))
                : Outcome.no(Refusal.definite(
                        ErrorReason.CONFLICT, changed[0] + " has been committed since the last reset"));
    }

    private static SortedMap<String, TopicReset> stillThere(ResetNode last, SortedMap<String, TopicImage> topics) {
        SortedMap<String, TopicReset> left = new TreeMap<>(last.topics());
        left.entrySet().removeIf(reset -> {
            TopicImage topic = topics.get(reset.getKey());
            return topic == null || !topic.topicId().equals(reset.getValue().topicId());
        });
        return left;
    }

    private static OptionalLong now(StoredGroup stored, String topic, String topicId, int partition) {
        return stored.offset(topic, topicId, partition)
                .map(offset -> OptionalLong.of(offset.offset()))
                .orElse(OptionalLong.empty());
    }

    private static OptionalLong before(PartitionReset was) {
        OffsetNode before = was.before();
        return before == null ? OptionalLong.empty() : OptionalLong.of(before.offset());
    }

    private static OptionalLong optional(@Nullable Long offset) {
        return offset == null ? OptionalLong.empty() : OptionalLong.of(offset);
    }
}
