package io.millrace.broker.group;

import io.millrace.broker.core.ErrorReason;
import io.millrace.broker.core.Outcome;
import io.millrace.broker.core.Refusal;
import io.millrace.broker.core.TopicImage;
import io.millrace.broker.core.TopicPartition;
import io.millrace.coordinator.GroupOffset;
import io.millrace.coordinator.StoredGroup;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Which partitions a reset sets, and to where. Pure. */
final class ResetPlan {
    private static final int MAX_PARTITIONS = 1_000;

    private final OffsetReset reset;
    private final StoredGroup stored;
    private final SortedMap<String, TopicImage> topics;
    private final SortedMap<TopicPartition, Choice> chosen = new TreeMap<>();
    private @Nullable Refusal refusal;

    /**
     * A partition to be set.
     *
     * @param before null where the group has no offset of it
     * @param wanted where the caller named an offset, else -1
     */
    record Choice(String topic, TopicPartition id, @Nullable GroupOffset before, long wanted) {}

    private ResetPlan(OffsetReset reset, StoredGroup stored, SortedMap<String, TopicImage> topics) {
        this.reset = reset;
        this.stored = stored;
        this.topics = topics;
    }

    /** Refused with UNKNOWN_TOPIC, TOPIC_ID_CHANGED, INVALID_REQUEST or LIMIT_EXCEEDED. */
    static Outcome<List<Choice>> choices(OffsetReset reset, StoredGroup stored, SortedMap<String, TopicImage> topics) {
        ResetPlan plan = new ResetPlan(reset, stored, topics);
        if (reset.target() instanceof ResetTarget.Exact exact) {
            exact.values().forEach(plan::choose);
        } else if (reset.topics().isEmpty()) {
            stored.offsets().stream()
                    .filter(plan::isOfTheTopic)
                    .forEach(at -> plan.choose(at.topic(), at.partition(), -1));
        } else {
            reset.topics().forEach(plan::choose);
        }
        return plan.outcome();
    }

    /** Offsets of an earlier topic of the name are nobody's any more. */
    private boolean isOfTheTopic(GroupOffset offset) {
        TopicImage topic = topics.get(offset.topic());
        return topic != null && topic.topicId().equals(offset.topicId());
    }

    private void choose(OffsetReset.TopicChoice choice) {
        TopicImage topic = topics.get(choice.topic());
        int count = topic == null ? 1 : topic.partitionCount();
        Set<Integer> numbers = new TreeSet<>(choice.partitions());
        if (numbers.isEmpty()) {
            IntStream.range(0, count).forEach(numbers::add);
        }
        numbers.forEach(number -> choose(choice.topic(), number, -1));
    }

    /** An offset of a namesake would be one of other records. */
    private void choose(ResetTarget.Value value) {
        TopicImage topic = topics.get(value.topic());
        String topicId = value.topicId();
        if (topic != null && topicId != null && !topicId.equals(topic.topicId())) {
            refuse(
                    ErrorReason.TOPIC_ID_CHANGED,
                    "Topic '" + value.topic() + "' was created again: its id is " + topic.topicId() + ", not "
                            + topicId);
        }
        choose(value.topic(), value.partition(), value.offset());
    }

    private void choose(String name, int partition, long wanted) {
        TopicImage topic = topics.get(name);
        if (topic == null) {
            refuse(ErrorReason.UNKNOWN_TOPIC, "There is no topic '" + name + "'");
        } else if (partition < 0 || partition >= topic.partitionCount()) {
            refuse(
                    ErrorReason.UNKNOWN_TOPIC,
                    "Topic '" + name + "' has partitions 0 to " + (topic.partitionCount() - 1) + ", no " + partition);
        } else {
            TopicPartition id = new TopicPartition(topic.topicId(), partition);
            GroupOffset before = stored.offset(name, topic.topicId(), partition).orElse(null);
            if (chosen.put(id, new Choice(name, id, before, wanted)) != null) {
                refuse(ErrorReason.INVALID_REQUEST, name + "-" + partition + " is named twice");
            }
        }
    }

    /** The first reason counts. */
    private void refuse(ErrorReason reason, String words) {
        if (refusal == null) {
            refusal = Refusal.definite(reason, words);
        }
    }

    private Outcome<List<Choice>> outcome() {
        if (chosen.isEmpty()) {
            refuse(
                    ErrorReason.INVALID_REQUEST,
                    "There is nothing to reset: group '" + reset.group() + "' has no offsets, and no topic is named");
        }
        if (chosen.size() > MAX_PARTITIONS) {
            refuse(
                    ErrorReason.LIMIT_EXCEEDED,
                    "A reset sets at most " + MAX_PARTITIONS + " partitions, not " + chosen.size()
                            + ": name some of them");
        }
        List<Choice> choices = new ArrayList<>(chosen.values());
        return refusal == null ? Outcome.ok(Collections.unmodifiableList(choices)) : Outcome.no(refusal);
    }

    /**
     * The offset that a partition is set to.
     *
     * @param start of its log
     * @param found what was looked for: by time where the target is one, else its end
     */
    static Outcome<Long> offset(ResetTarget target, Choice choice, long start, PartitionLookup.Found found) {
        if (target instanceof ResetTarget.Earliest) {
            return Outcome.ok(start);
        }
        if (target instanceof ResetTarget.Time) {
            return Outcome.ok(found.offset() < 0 ? found.end() : found.offset());
        }
        if (target instanceof ResetTarget.Shift shift) {
            long from = choice.before() == null ? start : choice.before().offset();
            return Outcome.ok(shifted(from, shift.records(), start, found.end()));
        }
        if (target instanceof ResetTarget.Exact && choice.wanted() > found.end()) {
            return Outcome.no(Refusal.beyondEnd(choice.topic(), choice.id().partition(), choice.wanted(), found.end()));
        }
        return Outcome.ok(target instanceof ResetTarget.Exact ? choice.wanted() : found.end());
    }

    /** Within the log, and without an overflow on the way. */
    private static long shifted(long from, long shift, long start, long end) {
        long bounded = shift < 0 ? Math.max(shift, start - from) : Math.min(shift, end - from);
        return Math.min(Math.max(from + bounded, start), end);
    }
}
