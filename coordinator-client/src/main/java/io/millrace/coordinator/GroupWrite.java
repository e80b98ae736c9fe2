package io.millrace.coordinator;

import io.millrace.coordinator.GroupChange.Deleted;
import io.millrace.coordinator.GroupChange.Gone;
import io.millrace.coordinator.GroupChange.Head;
import io.millrace.coordinator.GroupChange.Offsets;
import io.millrace.coordinator.GroupChange.Reset;
import io.millrace.coordinator.GroupChange.WithoutTopic;
import io.millrace.coordinator.tree.GroupNode;
import io.millrace.coordinator.tree.NodeCodec;
import io.millrace.coordinator.tree.OffsetsChunk;
import io.millrace.coordinator.tree.OffsetsChunk.OffsetNode;
import io.millrace.coordinator.tree.Paths;
import io.millrace.coordinator.tree.ResetNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Changes of one group on their way into one transaction: what is there, what is to be there, and the operations between
 * the two. Several changes of a chunk become one write of it. Belongs to one thread.
 */
public final class GroupWrite {
    private final StoredGroup before;
    private final SortedMap<String, SortedMap<Integer, OffsetsChunk>> touched = new TreeMap<>();
    private final SortedSet<String> removedTopics = new TreeSet<>();
    private @Nullable GroupNode head;
    private @Nullable ResetNode reset;
    private boolean setsReset;
    private boolean isDeleted;
    private @Nullable List<Operation> operations;
    private long bytes = -1;

    public GroupWrite(StoredGroup before) {
        this.before = before;
    }

    public StoredGroup before() {
        return before;
    }

    /** Where two changes name two topicIds for one topic, the later one's counts. */
    public GroupWrite add(GroupChange change) {
        operations = null;
        bytes = -1;
        if (change instanceof Head anew) {
            head = anew.node();
        } else if (change instanceof Offsets some) {
            some.forward().stream().filter(offset -> !isBeyond(offset)).forEach(this::put);
            some.exact().forEach(this::put);
        } else if (change instanceof Reset anew) {
            anew.offsets().forEach(this::put);
            anew.gone().forEach(this::remove);
            reset = anew.undo();
            setsReset = true;
        } else if (change instanceof WithoutTopic without) {
            removedTopics.add(without.topic());
            touched.remove(without.topic());
        } else if (change instanceof Deleted) {
            isDeleted = true;
        }
        return this;
    }

    /** Whether the group is, in the same topic. */
    private boolean isBeyond(GroupOffset offset) {
        OffsetsChunk chunk = current(offset.topic(), Paths.chunk(offset.partition()));
        OffsetNode at = chunk == null || !chunk.topicId().equals(offset.topicId())
                ? null
                : chunk.partitions().get(offset.partition());
        return at != null && at.offset() > offset.offset();
    }

    private void put(GroupOffset offset) {
        int number = Paths.chunk(offset.partition());
        OffsetsChunk chunk = current(offset.topic(), number);
        boolean isOfAnother = chunk != null && !chunk.topicId().equals(offset.topicId());
        SortedMap<Integer, OffsetNode> partitions =
                chunk == null || isOfAnother ? new TreeMap<>() : new TreeMap<>(chunk.partitions());
        partitions.put(offset.partition(), offset.node());
        touch(offset.topic(), number, new OffsetsChunk(offset.topicId(), partitions));
    }

    private void remove(Gone gone) {
        int number = Paths.chunk(gone.partition());
        OffsetsChunk chunk = current(gone.topic(), number);
        if (chunk != null) {
            SortedMap<Integer, OffsetNode> partitions = new TreeMap<>(chunk.partitions());
            partitions.remove(gone.partition());
            touch(gone.topic(), number, new OffsetsChunk(chunk.topicId(), partitions));
        }
    }

    private void touch(String topic, int number, OffsetsChunk chunk) {
        touched.computeIfAbsent(topic, first -> new TreeMap<>()).put(number, chunk);
    }

    private @Nullable OffsetsChunk current(String topic, int number) {
        OffsetsChunk changed =
                touched.getOrDefault(topic, Collections.emptySortedMap()).get(number);
        if (changed != null) {
            return changed;
        }
        return removedTopics.contains(topic) ? null : before.chunk(topic, number);
    }

    /** What is to be done, the head first: its version fences the writes of an earlier claim. */
    List<Operation> operations() {
        List<Operation> made = operations;
        if (made == null) {
            made = isDeleted ? deletion() : changes();
            operations = made;
        }
        return made;
    }

    /** What all operations count for. */
    long bytes() {
        if (bytes < 0) {
            bytes = operations().stream().mapToLong(TransactionLimits::bytes).sum();
        }
        return bytes;
    }

    private List<Operation> changes() {
        List<Operation> steps = new ArrayList<>();
        steps.add(headStep());
        resetStep(steps);
        if (!touched.isEmpty() && !before.hasOffsetsNode) {
            steps.add(new Operation.Create(Paths.groupOffsets(before.group()), "", false));
        }
        removedTopics.forEach(topic -> removeTopic(topic, steps));
        touched.forEach((topic, chunks) -> {
            boolean isThere = before.topics.contains(topic) && !removedTopics.contains(topic);
            if (!isThere) {
                steps.add(new Operation.Create(Paths.groupTopic(before.group(), topic), "", false));
            }
            chunks.forEach((number, chunk) -> steps.add(chunkStep(topic, number, chunk)));
        });
        return steps;
    }

    private Operation headStep() {
        String path = Paths.group(before.group());
        Versioned<GroupNode> was = before.head;
        GroupNode now = head;
        if (was == null) {
            return new Operation.Create(path, NodeCodec.encode(now == null ? unclaimed() : now), false);
        }
        return now == null
                ? new Operation.Check(path, was.version())
                : new Operation.SetData(path, NodeCodec.encode(now), was.version());
    }

    private static GroupNode unclaimed() {
        return new GroupNode(0, null, Collections.emptySortedMap(), null);
    }

    private void resetStep(List<Operation> steps) {
        Versioned<ResetNode> was = before.reset;
        ResetNode now = reset;
        String path = Paths.groupReset(before.group());
        if (!setsReset || (was == null && now == null)) {
            return;
        }
        if (now == null) {
            steps.add(new Operation.Delete(path, versionOf(was)));
        } else if (was == null) {
            steps.add(new Operation.Create(path, NodeCodec.encode(now), false));
        } else {
            steps.add(new Operation.SetData(path, NodeCodec.encode(now), was.version()));
        }
    }

    private Operation chunkStep(String topic, int number, OffsetsChunk chunk) {
        String path = Paths.groupOffsets(before.group(), topic, number);
        Versioned<OffsetsChunk> was = removedTopics.contains(topic) ? null : versioned(topic, number);
        return was == null
                ? new Operation.Create(path, NodeCodec.encode(chunk), false)
                : new Operation.SetData(path, NodeCodec.encode(chunk), was.version());
    }

    private @Nullable Versioned<OffsetsChunk> versioned(String topic, int number) {
        return before.chunks.getOrDefault(topic, Collections.emptySortedMap()).get(number);
    }

    private void removeTopic(String topic, List<Operation> steps) {
        before.chunks
                .getOrDefault(topic, Collections.emptySortedMap())
                .forEach((number, chunk) -> steps.add(
                        new Operation.Delete(Paths.groupOffsets(before.group(), topic, number), chunk.version())));
        if (before.topics.contains(topic)) {
            steps.add(new Operation.Delete(Paths.groupTopic(before.group(), topic), Operation.ANY_VERSION));
        }
    }

    private List<Operation> deletion() {
        List<Operation> steps = new ArrayList<>();
        Versioned<GroupNode> was = before.head;
        if (was == null) {
            return steps;
        }
        steps.add(new Operation.Check(Paths.group(before.group()), was.version()));
        before.topics.forEach(topic -> removeTopic(topic, steps));
        if (before.hasOffsetsNode) {
            steps.add(new Operation.Delete(Paths.groupOffsets(before.group()), Operation.ANY_VERSION));
        }
        if (before.reset != null) {
            steps.add(new Operation.Delete(Paths.groupReset(before.group()), versionOf(before.reset)));
        }
        steps.add(new Operation.Delete(Paths.group(before.group()), was.version()));
        return steps;
    }

    private static int versionOf(@Nullable Versioned<?> node) {
        return node == null ? Operation.ANY_VERSION : node.version();
    }

    /** What is there once the transaction has happened. */
    StoredGroup after() {
        if (isDeleted) {
            return StoredGroup.absent(before.group());
        }
        GroupNode now = head;
        Versioned<GroupNode> wasHead = before.head;
        Versioned<GroupNode> newHead = wasHead == null
                ? new Versioned<>(now == null ? unclaimed() : now, 0)
                : now == null ? wasHead : new Versioned<>(now, wasHead.version() + 1);
        SortedSet<String> topics = new TreeSet<>(before.topics);
        topics.removeAll(removedTopics);
        topics.addAll(touched.keySet());
        SortedMap<String, SortedMap<Integer, Versioned<OffsetsChunk>>> chunks = new TreeMap<>(before.chunks);
        chunks.keySet().removeAll(removedTopics);
        touched.forEach((topic, changed) -> chunks.put(topic, chunksAfter(topic, changed)));
        return new StoredGroup(
                before.group(),
                newHead,
                before.hasOffsetsNode || !touched.isEmpty(),
                topics,
                chunks,
                setsReset ? resetAfter() : before.reset);
    }

    private SortedMap<Integer, Versioned<OffsetsChunk>> chunksAfter(String topic, Map<Integer, OffsetsChunk> changed) {
        SortedMap<Integer, Versioned<OffsetsChunk>> chunks = new TreeMap<>();
        if (!removedTopics.contains(topic)) {
            chunks.putAll(before.chunks.getOrDefault(topic, Collections.emptySortedMap()));
        }
        changed.forEach((number, chunk) -> {
            Versioned<OffsetsChunk> was = chunks.get(number);
            chunks.put(number, new Versioned<>(chunk, was == null ? 0 : was.version() + 1));
        });
        return chunks;
    }

    private @Nullable Versioned<ResetNode> resetAfter() {
        ResetNode now = reset;
        Versioned<ResetNode> was = before.reset;
        return now == null ? null : new Versioned<>(now, was == null ? 0 : was.version() + 1);
    }

    /** Whether nobody but this writer has written the head since: it is the one before, or the one that was to be written. */
    public boolean isHeadKept(StoredGroup found) {
        return found.hasSameHead(before) || found.hasSameHead(after());
    }

    /** Whether it only checks the head. */
    public boolean isEmpty() {
        return head == null && !setsReset && !isDeleted && removedTopics.isEmpty() && touched.isEmpty();
    }

    public boolean isDeletion() {
        return isDeleted;
    }

    /** Whether {@code found} holds all that was to be written, whoever has written since. */
    public boolean isIn(StoredGroup found) {
        if (isDeleted) {
            return found.head == null;
        }
        StoredGroup after = after();
        boolean hasHead = head == null || after.head().equals(found.head());
        boolean hasReset = !setsReset || after.reset().equals(found.reset());
        boolean isWithout = removedTopics.stream()
                .noneMatch(topic -> !touched.containsKey(topic) && found.chunks.containsKey(topic));
        return hasHead
                && hasReset
                && isWithout
                && touched.entrySet().stream()
                        .allMatch(topic -> topic.getValue().entrySet().stream()
                                .allMatch(
                                        chunk -> chunk.getValue().equals(found.chunk(topic.getKey(), chunk.getKey()))));
    }
}
