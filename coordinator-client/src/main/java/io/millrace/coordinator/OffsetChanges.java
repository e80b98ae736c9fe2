package io.millrace.coordinator;

import io.millrace.coordinator.tree.GroupNode;
import io.millrace.coordinator.tree.NodeCodec;
import io.millrace.coordinator.tree.OffsetsChunk;
import io.millrace.coordinator.tree.OffsetsChunk.OffsetNode;
import io.millrace.coordinator.tree.Paths;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a commit changes, and the transaction that changes it, given what is there. Values only.
 *
 * @param chunks new offsets by the path of their chunk
 */
record OffsetChanges(String group, SortedMap<String, OffsetsChunk> chunks) {

    static OffsetChanges of(String group, List<GroupOffset> offsets) {
        SortedMap<String, OffsetsChunk> chunks = new TreeMap<>();
        SortedMap<String, String> topicIds = new TreeMap<>();
        for (GroupOffset at : offsets) {
            String other = topicIds.putIfAbsent(at.topic(), at.topicId());
            if (other != null && !other.equals(at.topicId())) {
                throw new IllegalArgumentException("Two topicIds for " + at.topic());
            }
            String path = Paths.groupOffsets(group, at.topic(), Paths.chunk(at.partition()));
            chunks.computeIfAbsent(path, absent -> new OffsetsChunk(at.topicId(), new TreeMap<>()))
                    .partitions()
                    .put(at.partition(), new OffsetNode(at.offset(), at.leaderEpoch(), at.metadata(), at.timeMs()));
        }
        return new OffsetChanges(group, chunks);
    }

    /** What {@link #operations} must be given: parents before their children. */
    SortedSet<String> paths() {
        SortedSet<String> paths = new TreeSet<>(List.of(Paths.group(group), Paths.groupOffsets(group)));
        for (String chunk : chunks.keySet()) {
            paths.add(parent(chunk));
            paths.add(chunk);
        }
        return paths;
    }

    boolean areIn(Map<String, Node> present) {
        return chunks.entrySet().stream()
                .allMatch(change -> Optional.ofNullable(present.get(change.getKey()))
                        .map(OffsetChanges::decode)
                        .filter(chunk -> contains(chunk, change.getValue()))
                        .isPresent());
    }

    /** Each node's version is checked, the group's first: it fences an older generation's commit. */
    List<Operation> operations(Map<String, Node> present) {
        List<Operation> operations = new ArrayList<>();
        for (String path : paths()) {
            Node node = present.get(path);
            OffsetsChunk change = chunks.get(path);
            if (node == null) {
                operations.add(new Operation.Create(path, change == null ? parentData(path) : encode(change), false));
            } else if (change != null) {
                operations.add(new Operation.SetData(path, encode(merged(decode(node), change)), node.version()));
            } else if (path.equals(Paths.group(group))) {
                operations.add(new Operation.Check(path, node.version()));
            }
        }
        return operations;
    }

    private String parentData(String path) {
        return path.equals(Paths.group(group)) ? NodeCodec.encode(new GroupNode(0)) : "";
    }

    private static OffsetsChunk merged(OffsetsChunk before, OffsetsChunk change) {
        if (!before.topicId().equals(change.topicId())) {
            return change;
        }
        SortedMap<Integer, OffsetNode> both = new TreeMap<>(before.partitions());
        both.putAll(change.partitions());
        return new OffsetsChunk(change.topicId(), both);
    }

    private static boolean contains(OffsetsChunk chunk, OffsetsChunk change) {
        return chunk.topicId().equals(change.topicId())
                && chunk.partitions().entrySet().containsAll(change.partitions().entrySet());
    }

    private static OffsetsChunk decode(Node node) {
        return NodeCodec.decode(node.path(), node.data(), OffsetsChunk.class);
    }

    private static String encode(OffsetsChunk chunk) {
        return NodeCodec.encode(chunk);
    }

    private static String parent(String path) {
        return path.substring(0, path.lastIndexOf('/'));
    }
}
