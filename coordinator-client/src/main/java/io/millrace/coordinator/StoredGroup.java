package io.millrace.coordinator;

import io.millrace.coordinator.tree.GroupNode;
import io.millrace.coordinator.tree.OffsetsChunk;
import io.millrace.coordinator.tree.Paths;
import io.millrace.coordinator.tree.ResetNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** All of a group that is stored, with the versions that a write has to find. Immutable; from any thread. */
public final class StoredGroup {
    private static final Comparator<GroupOffset> ORDER =
            Comparator.comparing(GroupOffset::topic).thenComparing(GroupOffset::partition);

    private final String group;
    final @Nullable Versioned<GroupNode> head;
    final boolean hasOffsetsNode;
    /** Those whose node there is. */
    final SortedSet<String> topics;
    /** By topic, then by number. */
    final SortedMap<String, SortedMap<Integer, Versioned<OffsetsChunk>>> chunks;

    final @Nullable Versioned<ResetNode> reset;

    StoredGroup(
            String group,
            @Nullable Versioned<GroupNode> head,
            boolean hasOffsetsNode,
            SortedSet<String> topics,
            SortedMap<String, SortedMap<Integer, Versioned<OffsetsChunk>>> chunks,
            @Nullable Versioned<ResetNode> reset) {
        this.group = group;
        this.head = head;
        this.hasOffsetsNode = hasOffsetsNode;
        this.topics = Collections.unmodifiableSortedSet(new TreeSet<>(topics));
        this.chunks = Collections.unmodifiableSortedMap(new TreeMap<>(chunks));
        this.reset = reset;
    }

    /** A group that there is not. */
    public static StoredGroup absent(String group) {
        return new StoredGroup(group, null, false, new TreeSet<>(), new TreeMap<>(), null);
    }

    public String group() {
        return group;
    }

    /** Empty where there is no such group. */
    public Optional<GroupNode> head() {
        return Optional.ofNullable(head).map(Versioned::value);
    }

    /** Of any topicId, by topic and partition in ascending order. */
    public List<GroupOffset> offsets() {
        List<GroupOffset> offsets = new ArrayList<>();
        chunks.forEach((topic, ofTopic) -> ofTopic.values()
                .forEach(chunk -> chunk.value()
                        .partitions()
                        .forEach((partition, at) ->
                                offsets.add(GroupOffset.of(topic, chunk.value().topicId(), partition, at)))));
        offsets.sort(ORDER);
        return offsets;
    }

    /** That of this topic, not of an earlier one of the name. */
    public Optional<GroupOffset> offset(String topic, String topicId, int partition) {
        OffsetsChunk chunk = chunk(topic, Paths.chunk(partition));
        return chunk == null || !chunk.topicId().equals(topicId)
                ? Optional.empty()
                : Optional.ofNullable(chunk.partitions().get(partition))
                        .map(at -> GroupOffset.of(topic, topicId, partition, at));
    }

    /** The last reset that has not been undone. */
    public Optional<ResetNode> reset() {
        return Optional.ofNullable(reset).map(Versioned::value);
    }

    /** Names of topics that it has offsets of. */
    public SortedSet<String> topics() {
        return Collections.unmodifiableSortedSet(new TreeSet<>(chunks.keySet()));
    }

    /** Whether what {@code other} says of the head is the same: no coordinator has claimed it in between, nor this one written it. */
    public boolean hasSameHead(StoredGroup other) {
        return head().equals(other.head());
    }

    @Nullable
    OffsetsChunk chunk(String topic, int number) {
        Versioned<OffsetsChunk> found =
                chunks.getOrDefault(topic, Collections.emptySortedMap()).get(number);
        return found == null ? null : found.value();
    }
}
