package io.millrace.coordinator;

import io.millrace.coordinator.tree.GroupNode;
import io.millrace.coordinator.tree.MalformedNodeException;
import io.millrace.coordinator.tree.NodeCodec;
import io.millrace.coordinator.tree.OffsetsChunk;
import io.millrace.coordinator.tree.Paths;
import io.millrace.coordinator.tree.ResetNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Groups under {@code /groups}, which {@link BrokerRegistry#register} makes; their offsets in chunks of up to
 * {@link Paths#PARTITIONS_PER_CHUNK} partitions a node.
 */
public final class CoordinatorOffsetStore implements OffsetStore {
    private final Coordinator coordinator;

    public CoordinatorOffsetStore(Coordinator coordinator) {
        this.coordinator = coordinator;
    }

    @Override
    public CompletionStage<List<String>> names() {
        return coordinator
                .sync()
                .thenCompose(synced -> coordinator.children(Paths.GROUPS))
                .thenApply(names -> names.stream().sorted().toList());
    }

    @Override
    public CompletionStage<List<StoredGroup>> heads(List<String> groups) {
        return Stages.all(groups.stream().map(this::readHead).toList())
                .thenApply(heads ->
                        heads.stream().filter(group -> group.head().isPresent()).toList());
    }

    @Override
    public CompletionStage<StoredGroup> head(String group) {
        return coordinator.sync().thenCompose(synced -> readHead(group));
    }

    private CompletionStage<StoredGroup> readHead(String group) {
        return coordinator
                .read(Paths.group(group))
                .thenApply(node -> new StoredGroup(
                        group, decoded(node, GroupNode.class), false, new TreeSet<>(), new TreeMap<>(), null));
    }

    @Override
    public CompletionStage<StoredGroup> load(String group) {
        return coordinator
                .sync()
                .thenCompose(synced -> coordinator.read(Paths.group(group)))
                .thenCompose(head -> head.isEmpty()
                        ? CompletableFuture.completedFuture(StoredGroup.absent(group))
                        : load(group, head.get()));
    }

    private CompletionStage<StoredGroup> load(String group, Node head) {
        CompletionStage<Optional<Node>> reset = coordinator.read(Paths.groupReset(group));
        CompletionStage<Boolean> hasOffsetsNode =
                coordinator.read(Paths.groupOffsets(group)).thenApply(Optional::isPresent);
        CompletionStage<List<TopicChunks>> topics = coordinator
                .children(Paths.groupOffsets(group))
                .thenCompose(names -> Stages.all(
                        names.stream().map(topic -> chunks(group, topic)).toList()));
        return topics.thenCombine(reset, (found, undo) -> new Found(found, undo))
                .thenCombine(
                        hasOffsetsNode,
                        (found, isThere) -> new StoredGroup(
                                group,
                                versioned(head, GroupNode.class),
                                isThere,
                                new TreeSet<>(found.topics().stream()
                                        .map(TopicChunks::topic)
                                        .toList()),
                                found.chunks(),
                                decoded(found.reset(), ResetNode.class)));
    }

    private record TopicChunks(String topic, SortedMap<Integer, Versioned<OffsetsChunk>> chunks) {}

    private record Found(List<TopicChunks> topics, Optional<Node> reset) {
        SortedMap<String, SortedMap<Integer, Versioned<OffsetsChunk>>> chunks() {
            SortedMap<String, SortedMap<Integer, Versioned<OffsetsChunk>>> chunks = new TreeMap<>();
            topics.forEach(topic -> {
                if (!topic.chunks().isEmpty()) {
                    chunks.put(topic.topic(), topic.chunks());
                }
            });
            return chunks;
        }
    }

    private CompletionStage<TopicChunks> chunks(String group, String topic) {
        String path = Paths.groupTopic(group, topic);
        return coordinator
                .children(path)
                .thenCompose(names -> Stages.all(names.stream()
                        .map(name -> coordinator.read(path + "/" + name))
                        .toList()))
                .thenApply(nodes -> {
                    SortedMap<Integer, Versioned<OffsetsChunk>> chunks = new TreeMap<>();
                    nodes.forEach(found -> found.ifPresent(
                            node -> chunks.put(number(node.path()), versioned(node, OffsetsChunk.class))));
                    return new TopicChunks(topic, chunks);
                });
    }

    private static int number(String path) {
        try {
            return Integer.parseInt(path.substring(path.lastIndexOf('/') + 1));
        } catch (NumberFormatException e) {
            throw new MalformedNodeException(path, e);
        }
    }

    private static <T extends Record> @Nullable Versioned<T> decoded(Optional<Node> node, Class<T> type) {
        return node.isEmpty() ? null : versioned(node.get(), type);
    }

    private static <T extends Record> Versioned<T> versioned(Node node, Class<T> type) {
        return new Versioned<>(NodeCodec.decode(node.path(), node.data(), type), node.version());
    }

    @Override
    public CompletionStage<WriteResult> write(List<GroupWrite> writes) {
        List<Operation> operations = operations(writes);
        if (operations.isEmpty()) {
            return CompletableFuture.completedFuture(written(writes));
        }
        return coordinator.commit(operations).thenApply(result -> {
            if (result instanceof CommitResult.Refused refused) {
                return refused(writes, refused.index());
            }
            return result instanceof CommitResult.Unknown unknown
                    ? new WriteResult.Unknown(unknown.cause())
                    : written(writes);
        });
    }

    private static WriteResult written(List<GroupWrite> writes) {
        return new WriteResult.Written(writes.stream().map(GroupWrite::after).toList());
    }

    private static WriteResult refused(List<GroupWrite> writes, int operation) {
        int first = 0;
        for (int i = 0; i < writes.size(); i++) {
            int behind = first + writes.get(i).operations().size();
            if (operation < behind) {
                // The head comes first in each write.
                return new WriteResult.Refused(i, operation == first);
            }
            first = behind;
        }
        throw new IllegalArgumentException("there is no operation " + operation);
    }

    @Override
    public boolean fits(List<GroupWrite> writes) {
        long bytes = 0;
        int count = 0;
        for (GroupWrite write : writes) {
            bytes += write.bytes();
            count += write.operations().size();
        }
        return TransactionLimits.fits(count, bytes);
    }

    private static List<Operation> operations(List<GroupWrite> writes) {
        List<Operation> operations = new ArrayList<>();
        writes.forEach(write -> operations.addAll(write.operations()));
        return operations;
    }
}
