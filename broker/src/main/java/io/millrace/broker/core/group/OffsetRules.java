package io.millrace.broker.core.group;

import io.millrace.broker.core.ClusterImage;
import io.millrace.broker.core.ErrorReason;
import io.millrace.broker.core.NameRules;
import io.millrace.broker.core.Outcome;
import io.millrace.broker.core.Refusal;
import io.millrace.broker.core.TopicImage;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What a group may commit and fetch. */
public final class OffsetRules {

    public static final int MAX_OFFSETS = 1000;
    public static final int MAX_METADATA_BYTES = 512;
    /** Each may take a node of its own, and all have to fit into one transaction. */
    public static final int MAX_COMMIT_TOPICS = 200;

    public static final int MAX_TOPICS = 1000;

    private OffsetRules() {}

    /** What is to be stored for a commit, each offset with the topic's id; or why nothing is. */
    public static Outcome<List<CommittedOffset>> commit(
            String group, List<OffsetCommit> offsets, SortedMap<String, TopicImage> topics, long nowMs) {
        String problem = NameRules.problem("Group name", group);
        if (problem != null) {
            return invalid(problem);
        }
        if (offsets.isEmpty() || offsets.size() > MAX_OFFSETS) {
            return invalid("A commit holds 1 to " + MAX_OFFSETS + " offsets, not " + offsets.size());
        }
        List<CommittedOffset> accepted = new ArrayList<>(offsets.size());
        TreeMap<String, TreeSet<Integer>> seen = new TreeMap<>();
        for (OffsetCommit offset : offsets) {
            TopicImage topic = topics.get(offset.topic());
            if (topic == null) {
                return Outcome.no(unknownTopic(offset.topic()));
            }
            Refusal refusal = refusal(offset, topic);
            if (refusal != null) {
                return Outcome.no(refusal);
            }
            if (!seen.computeIfAbsent(offset.topic(), t -> new TreeSet<>()).add(offset.partition())) {
                return invalid("The commit names " + partition(offset) + " twice");
            }
            accepted.add(stored(offset, topic.topicId(), nowMs));
        }
        if (seen.size() > MAX_COMMIT_TOPICS) {
            return invalid("A commit names at most " + MAX_COMMIT_TOPICS + " topics, not " + seen.size());
        }
        return Outcome.ok(List.copyOf(accepted));
    }

    /** The reason why a commit that was accepted may not be stored any more, null where it may. */
    public static @Nullable Refusal stillThere(CommittedOffset offset, SortedMap<String, TopicImage> topics) {
        TopicImage topic = topics.get(offset.topic());
        return topic == null || topic.topicId().equals(offset.topicId())
                ? null
                : Refusal.definite(
                        ErrorReason.TOPIC_ID_CHANGED,
                        "Topic '" + offset.topic() + "' was created again: its id is " + topic.topicId());
    }

    /** Whether offsets may be asked for: the reason why not, null if they may. */
    public static @Nullable Refusal fetch(String group, List<String> topics, ClusterImage image) {
        String problem = NameRules.problem("Group name", group);
        if (problem != null) {
            return Refusal.definite(ErrorReason.INVALID_REQUEST, problem);
        }
        if (topics.size() > MAX_TOPICS) {
            return Refusal.definite(
                    ErrorReason.INVALID_REQUEST,
                    "A fetch names at most " + MAX_TOPICS + " topics, not " + topics.size() + "; none stands for all");
        }
        for (String topic : topics) {
            if (!image.topics().containsKey(topic)) {
                return unknownTopic(topic);
            }
        }
        return null;
    }

    /**
     * Those of {@code found} that the caller is shown: offsets of a topic that is gone, or that was created again since,
     * mean nothing any more (R32).
     *
     * @param wanted names of topics; empty for all
     */
    public static List<CommittedOffset> visible(
            List<CommittedOffset> found, List<String> wanted, SortedMap<String, TopicImage> topics) {
        return found.stream()
                .filter(offset -> wanted.isEmpty() || wanted.contains(offset.topic()))
                .filter(offset -> {
                    TopicImage topic = topics.get(offset.topic());
                    return topic != null && topic.topicId().equals(offset.topicId());
                })
                .toList();
    }

    private static @Nullable Refusal refusal(OffsetCommit offset, TopicImage topic) {
        String topicId = offset.topicId();
        if (topicId != null && !topicId.equals(topic.topicId())) {
            return Refusal.definite(
                    ErrorReason.TOPIC_ID_CHANGED,
                    "Topic '" + offset.topic() + "' was created again: its id is " + topic.topicId() + ", not "
                            + topicId);
        }
        if (offset.partition() < 0 || offset.partition() >= topic.partitionCount()) {
            return Refusal.definite(
                    ErrorReason.UNKNOWN_TOPIC,
                    "Topic '" + offset.topic() + "' has partitions 0 to " + (topic.partitionCount() - 1) + ", no "
                            + offset.partition());
        }
        String problem = problem(offset);
        return problem == null ? null : Refusal.definite(ErrorReason.INVALID_REQUEST, problem);
    }

    private static @Nullable String problem(OffsetCommit offset) {
        if (offset.offset() < 0) {
            return "Offset " + offset.offset() + " of " + partition(offset) + " is below 0";
        }
        if (offset.leaderEpoch() < -1) {
            return "Leader epoch " + offset.leaderEpoch() + " of " + partition(offset) + " is below -1";
        }
        if (offset.metadata().chars().anyMatch(letter -> letter < ' ')) {
            return "Metadata of " + partition(offset) + " holds control characters";
        }
        int metadataBytes = utf8Bytes(offset.metadata());
        return metadataBytes > MAX_METADATA_BYTES
                ? "Metadata of " + partition(offset) + " has " + metadataBytes + " bytes, at most " + MAX_METADATA_BYTES
                        + " are allowed"
                : null;
    }

    private static CommittedOffset stored(OffsetCommit offset, String topicId, long nowMs) {
        return new CommittedOffset(
                offset.topic(),
                topicId,
                offset.partition(),
                offset.offset(),
                offset.leaderEpoch(),
                offset.metadata(),
                nowMs);
    }

    private static int utf8Bytes(String text) {
        return text.codePoints()
                .map(c -> c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4)
                .sum();
    }

    private static String partition(OffsetCommit offset) {
        return offset.topic() + "-" + offset.partition();
    }

    private static Refusal unknownTopic(String topic) {
        return Refusal.definite(ErrorReason.UNKNOWN_TOPIC, "There is no topic '" + topic + "'");
    }

    private static <T> Outcome<T> invalid(String message) {
        return Outcome.no(Refusal.definite(ErrorReason.INVALID_REQUEST, message));
    }
}
