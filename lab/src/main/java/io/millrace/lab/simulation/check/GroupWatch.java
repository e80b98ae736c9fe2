package io.millrace.lab.simulation.check;

import io.millrace.broker.core.TopicPartition;
import io.millrace.coordinator.Node;
import io.millrace.coordinator.TreeListener;
import io.millrace.coordinator.tree.GroupNode;
import io.millrace.coordinator.tree.NodeCodec;
import io.millrace.coordinator.tree.OffsetsChunk;
import io.millrace.coordinator.tree.OffsetsChunk.OffsetNode;
import io.millrace.coordinator.tree.Paths;
import io.millrace.coordinator.tree.ResetNode;
import io.millrace.lab.history.GroupEvent.SetByHand;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * S26, S27: what groups have committed, as the tree has it, and who was told to read what. Members put a {@link CommitMark}
 * into the metadata of what they commit.
 */
public final class GroupWatch implements TreeListener {

    private final TreeMap<String, TreeMap<TopicPartition, OffsetTrack>> tracks = new TreeMap<>();
    private final TreeMap<String, MembershipWatch> members = new TreeMap<>();
    private final TreeMap<String, OffsetsChunk> chunks = new TreeMap<>();
    private final TreeMap<String, ByHand> byHand = new TreeMap<>();
    private final TreeMap<String, ResetNode> resets = new TreeMap<>();
    private final LongSupplier event;
    private final Predicate<String> isThere;
    private final Predicate<String> isTopic;
    private final Asked asked;
    private final Telling telling;
    private long commits;

    /** Offsets that are set in one event, each with what it is to be; no more is known of it after that event. */
    private record ByHand(long event, TreeMap<TopicPartition, Change> changes) {}

    /** @param before null where that is not asked for: then the offset alone counts, and the node is new */
    private record Change(long offset, @Nullable OffsetNode before) {}

    /**
     * @param event number of the present one
     * @param isThere whether a path is in the tree
     * @param isTopic whether a topicId is that of a topic in the tree
     */
    GroupWatch(LongSupplier event, Predicate<String> isThere, Predicate<String> isTopic, Asked asked, Telling telling) {
        this.telling = telling;
        this.event = event;
        this.isThere = isThere;
        this.isTopic = isTopic;
        this.asked = asked;
    }

    private OffsetTrack of(String group, TopicPartition partition) {
        return tracks.computeIfAbsent(group, first -> new TreeMap<>())
                .computeIfAbsent(partition, first -> new OffsetTrack(group + "/" + partition));
    }

    private MembershipWatch members(String group) {
        return members.computeIfAbsent(group, MembershipWatch::new);
    }

    /** A member of {@code group} is told what to read. */
    public void onTold(String group, Told told) {
        members(group).onTold(told);
    }

    /** The present moment in a partition's offset, for what is asked for and answered later. */
    public int mark(String group, TopicPartition partition) {
        return of(group, partition).mark();
    }

    /** What the group has committed there, -1 for nothing. */
    public long stored(String group, TopicPartition partition) {
        return of(group, partition).stored();
    }

    /**
     * S26: whoever comes to own a partition goes on where the group was.
     *
     * @param marked when it asked
     * @param offset that it was answered, -1 for none
     * @param generation in which it was told
     */
    public void onStart(
            String group, TopicPartition partition, int marked, long offset, String member, long generation) {
        // Of a topic that is gone there is nothing to go on with.
        if (isTopic.test(partition.topicId())) {
            of(group, partition).onStart(marked, offset);
        }
        if (members(group).isOfThisGroup(member)) {
            of(group, partition).onReader(member, generation);
        }
    }

    /**
     * S26: whoever asks where the group is hears where it was at some moment since.
     *
     * @param marked when it was asked
     */
    public void onSeen(String group, TopicPartition partition, int marked, long offset) {
        if (isTopic.test(partition.topicId())) {
            of(group, partition).onStart(marked, offset);
        }
    }

    /** @param to exclusive */
    public void onProcessed(String group, TopicPartition partition, long from, long to) {
        of(group, partition).onProcessed(from, to);
    }

    /** A member sends a commit. */
    public void onSent(String group, TopicPartition partition, long offset, CommitMark by) {
        of(group, partition).onSent(offset, by.text());
    }

    /**
     * S26: what is acknowledged was stored.
     *
     * @param marked when it was sent
     */
    public void onCommitted(String group, TopicPartition partition, int marked, long offset, boolean isRewind) {
        OffsetTrack track = of(group, partition);
        commits++;
        Violation.check(
                // With a topic go its offsets: what is committed again as it was is acknowledged until that is seen.
                !isTopic.test(partition.topicId())
                        || (isRewind ? track.wasSince(marked, offset) : track.reachedSince(marked, offset)),
                "S26",
                track + ": " + offset + " is acknowledged and " + track.stored() + " is stored");
    }

    /** S26: what is said to be set by hand was. */
    public void onSetByHand(String group, TopicPartition partition, int marked, long offset) {
        OffsetTrack track = of(group, partition);
        Violation.check(
                track.wasSince(marked, offset) || !isTopic.test(partition.topicId()),
                "S26",
                track + " is said to be set to " + offset + ", and " + track.stored() + " is stored");
    }

    public long commits() {
        return commits;
    }

    @Override
    public void onNode(Node node) {
        String[] parts = node.path().split("/", -1);
        if (parts.length == 3 && !node.data().isEmpty()) {
            members(parts[2]).onHead(NodeCodec.decode(node.path(), node.data(), GroupNode.class));
        } else if (node.path().equals(Paths.groupReset(parts.length > 2 ? parts[2] : ""))) {
            onReset(parts[2], NodeCodec.decode(node.path(), node.data(), ResetNode.class));
        } else if (parts.length == 6) {
            onChunk(parts[2], node.path(), NodeCodec.decode(node.path(), node.data(), OffsetsChunk.class));
        }
    }

    /** It comes before the offsets that it sets, in the same event. */
    private void onReset(String group, ResetNode reset) {
        asked.onEffect("reset " + group, "S26");
        tellSet(group, false);
        members(group).requireEmpty("reset");
        TreeMap<TopicPartition, Change> changes = new TreeMap<>();
        reset.topics()
                .values()
                .forEach(topic -> topic.partitions().forEach((number, change) -> {
                    TopicPartition partition = new TopicPartition(topic.topicId(), number);
                    of(group, partition).onReset(change.before());
                    changes.put(partition, new Change(Objects.requireNonNull(change.after()), null));
                }));
        resets.put(group, reset);
        byHand.put(group, new ByHand(event.getAsLong(), changes));
    }

    private void onUndo(String group) {
        asked.onEffect("undo " + group, "S26");
        tellSet(group, false);
        members(group).requireEmpty("reset");
        TreeMap<TopicPartition, Change> changes = new TreeMap<>();
        ResetNode last = Objects.requireNonNull(resets.remove(group));
        last.topics()
                .values()
                .forEach(topic -> topic.partitions().forEach((number, change) -> {
                    TopicPartition partition = new TopicPartition(topic.topicId(), number);
                    OffsetNode before = of(group, partition).beforeReset();
                    changes.put(partition, new Change(before == null ? OffsetTrack.NONE : before.offset(), before));
                }));
        byHand.put(group, new ByHand(event.getAsLong(), changes));
    }

    private void tellSet(String group, boolean deleted) {
        telling.tell("operator", at -> new SetByHand(at, group, deleted));
    }

    private @Nullable Change byHand(String group, TopicPartition partition) {
        ByHand now = byHand.get(group);
        return now == null || now.event() != event.getAsLong()
                ? null
                : now.changes().get(partition);
    }

    private void onChunk(String group, String path, OffsetsChunk chunk) {
        OffsetsChunk before = chunks.put(path, chunk);
        if (before != null) {
            boolean isSame = before.topicId().equals(chunk.topicId());
            before.partitions().keySet().stream()
                    .filter(number -> !isSame || !chunk.partitions().containsKey(number))
                    .forEach(number -> onGone(group, new TopicPartition(before.topicId(), number), isSame));
        }
        chunk.partitions().forEach((number, at) -> {
            TopicPartition partition = new TopicPartition(chunk.topicId(), number);
            if (!at.equals(of(group, partition).node())) {
                onOffset(group, partition, at);
            }
        });
    }

    private void onOffset(String group, TopicPartition partition, OffsetNode at) {
        Change set = byHand(group, partition);
        OffsetTrack track = of(group, partition);
        if (set == null) {
            track.onCommit(at);
            return;
        }
        Violation.check(
                set.before() == null
                        ? set.offset() == at.offset()
                        : set.before().equals(at),
                "S26",
                track + " is set to " + at + ", and it was to be " + set);
        track.onSet(at, members(group).generation());
    }

    /** @param isSame the topic of the name: only an undo takes single offsets of it away */
    private void onGone(String group, TopicPartition partition, boolean isSame) {
        Change set = byHand(group, partition);
        OffsetTrack track = of(group, partition);
        Violation.check(
                isSame ? set != null && set.offset() == OffsetTrack.NONE : !isTopic.test(partition.topicId()),
                "S26",
                track + ": " + track.stored() + " is gone, and nobody asked for that");
        track.onSet(null, members(group).generation());
    }

    @Override
    public void onDeleted(String path) {
        String[] parts = path.split("/", -1);
        if (parts.length == 3) {
            asked.onEffect("delete " + parts[2], "S26");
            tellSet(parts[2], true);
            members(parts[2]).onGone();
            tracks.getOrDefault(parts[2], new TreeMap<>()).values().forEach(OffsetTrack::onGroupGone);
            resets.remove(parts[2]);
        } else if (path.equals(Paths.groupReset(parts[2])) && isThere.test(Paths.group(parts[2]))) {
            onUndo(parts[2]);
        } else if (parts.length == 6) {
            onChunkGone(parts[2], parts[4], Objects.requireNonNull(chunks.remove(path)));
        }
    }

    private void onChunkGone(String group, String topic, OffsetsChunk chunk) {
        tellSet(group, false);
        String ofTopic = "delete " + group + " " + topic;
        if (asked.isAsked(ofTopic)) {
            asked.onEffect(ofTopic, "S26");
        } else if (isTopic.test(chunk.topicId())) {
            asked.onEffect("delete " + group, "S26");
        }
        chunk.partitions()
                .keySet()
                .forEach(number -> of(group, new TopicPartition(chunk.topicId(), number))
                        .onSet(null, members(group).generation()));
    }

    @Override
    public void onInitialized() {}
}
