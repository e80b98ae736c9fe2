package io.millrace.lab.simulation.check;

import io.millrace.broker.core.TopicPartition;
import io.millrace.coordinator.Node;
import io.millrace.coordinator.TreeListener;
import io.millrace.coordinator.tree.GroupNode;
import io.millrace.coordinator.tree.NodeCodec;
import io.millrace.coordinator.tree.OffsetsChunk;
import io.millrace.coordinator.tree.OffsetsChunk.OffsetNode;
import java.util.Collection;
import java.util.TreeMap;

/**
 * S26, S27: what groups have committed, as the tree has it, and who was told to read what. Members put their generation
 * into the metadata of what they commit.
 */
public final class GroupWatch implements TreeListener {

    private final TreeMap<String, Progress> progress = new TreeMap<>();
    private final TreeMap<String, String> owners = new TreeMap<>();
    private final TreeMap<String, Long> generations = new TreeMap<>();
    private long commits;

    /** Of one group in one partition. */
    private static final class Progress {
        long stored = -1;
        long storedGeneration;
        long acknowledged = -1;
        long processed;
    }

    private Progress of(String group, TopicPartition partition) {
        return progress.computeIfAbsent(group + "/" + partition, first -> new Progress());
    }

    /** S27: in one generation a partition is one member's. */
    public void onTold(String group, String member, long generation, Collection<TopicPartition> partitions) {
        for (TopicPartition partition : partitions) {
            String other = owners.putIfAbsent(group + "/" + partition + "@" + generation, member);
            Violation.check(
                    other == null || other.equals(member),
                    "S27",
                    group + "/" + partition + " is " + other + "'s and " + member + "'s in generation " + generation);
        }
    }

    /** How far the group has come for all that it was told. */
    public long acknowledged(String group, TopicPartition partition) {
        return of(group, partition).acknowledged;
    }

    /**
     * S26: whoever comes to own a partition goes on where the group was, or where nobody had told it to be yet.
     *
     * @param before what had been acknowledged when it asked
     * @param offset where it begins
     */
    public void onStart(String group, TopicPartition partition, long before, long offset) {
        Progress now = of(group, partition);
        Violation.check(
                offset >= before,
                "S26",
                group + "/" + partition + " begins at " + offset + ", and " + before + " was acknowledged before");
        Violation.check(
                offset <= now.processed,
                "S26",
                group + "/" + partition + " begins at " + offset + ", and only " + now.processed + " were processed");
    }

    /** @param to exclusive */
    public void onProcessed(String group, TopicPartition partition, long from, long to) {
        Progress now = of(group, partition);
        Violation.check(
                from <= now.processed,
                "S26",
                group + "/" + partition + ": " + now.processed + " to " + from + " skipped");
        now.processed = Math.max(now.processed, to);
    }

    /** S26: what is acknowledged is stored. */
    public void onCommitted(String group, TopicPartition partition, long offset) {
        Progress now = of(group, partition);
        commits++;
        now.acknowledged = Math.max(now.acknowledged, offset);
        Violation.check(
                now.stored >= offset,
                "S26",
                group + "/" + partition + ": " + offset + " is acknowledged and " + now.stored + " is stored");
    }

    public long commits() {
        return commits;
    }

    @Override
    public void onNode(Node node) {
        String[] parts = node.path().split("/", -1);
        if (parts.length == 3 && !node.data().isEmpty()) {
            onHead(parts[2], NodeCodec.decode(node.path(), node.data(), GroupNode.class));
        } else if (parts.length == 6) {
            onChunk(parts[2], NodeCodec.decode(node.path(), node.data(), OffsetsChunk.class));
        }
    }

    private void onHead(String group, GroupNode head) {
        Long before = generations.put(group, head.generation());
        Violation.check(
                before == null || head.generation() > before || before == head.generation(),
                "S26",
                group + " goes from generation " + before + " back to " + head.generation());
    }

    private void onChunk(String group, OffsetsChunk chunk) {
        chunk.partitions().forEach((number, at) -> onOffset(group, new TopicPartition(chunk.topicId(), number), at));
    }

    /** S26: offsets do not go back, and generations neither. */
    private void onOffset(String group, TopicPartition partition, OffsetNode at) {
        Progress now = of(group, partition);
        long generation = Long.parseLong(at.metadata());
        Violation.check(
                at.offset() >= now.stored,
                "S26",
                group + "/" + partition + " goes from " + now.stored + " back to " + at.offset());
        // A commit that came twice, the second time late, may say the same again.
        Violation.check(
                generation >= now.storedGeneration || at.offset() == now.stored,
                "S26",
                group + "/" + partition + ": generation " + generation + " commits after " + now.storedGeneration);
        now.stored = at.offset();
        now.storedGeneration = Math.max(now.storedGeneration, generation);
    }

    @Override
    public void onDeleted(String path) {
        throw new Violation("S26", path + " was deleted, and nobody asked for that");
    }

    @Override
    public void onInitialized() {}
}
