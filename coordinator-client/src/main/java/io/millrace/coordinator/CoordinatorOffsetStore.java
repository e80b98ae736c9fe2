package io.millrace.coordinator;

import io.millrace.coordinator.tree.NodeCodec;
import io.millrace.coordinator.tree.OffsetsChunk;
import io.millrace.coordinator.tree.Paths;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Offsets under {@code /groups}, which {@link BrokerRegistry#register} makes, in chunks of up to
 * {@link Paths#PARTITIONS_PER_CHUNK} partitions a node.
 */
public final class CoordinatorOffsetStore implements OffsetStore {

    private static final Comparator<GroupOffset> ORDER =
            Comparator.comparing(GroupOffset::topic).thenComparing(GroupOffset::partition);

    private final Coordinator coordinator;

    public CoordinatorOffsetStore(Coordinator coordinator) {
        this.coordinator = coordinator;
    }

    @Override
    public CompletionStage<OffsetCommitResult> commit(String group, List<GroupOffset> offsets) {
        if (offsets.isEmpty()) {
            return CompletableFuture.completedFuture(OffsetCommitResult.COMMITTED);
        }
        return new OffsetCommit(coordinator, group, OffsetChanges.of(group, offsets)).run();
    }

    @Override
    public CompletionStage<List<GroupOffset>> fetch(String group) {
        return coordinator
                .sync()
                .thenCompose(synced -> coordinator.children(Paths.groupOffsets(group)))
                .thenCompose(topics -> Stages.all(
                        topics.stream().map(topic -> ofTopic(group, topic)).toList()))
                .thenApply(CoordinatorOffsetStore::flat)
                .thenApply(offsets -> offsets.stream().sorted(ORDER).toList());
    }

    private CompletionStage<List<GroupOffset>> ofTopic(String group, String topic) {
        String path = Paths.groupTopic(group, topic);
        return coordinator
                .children(path)
                .thenCompose(chunks -> Stages.all(chunks.stream()
                        .map(chunk -> coordinator.read(path + "/" + chunk))
                        .toList()))
                .thenApply(nodes ->
                        flat(nodes.stream().map(node -> ofChunk(topic, node)).toList()));
    }

    private static List<GroupOffset> ofChunk(String topic, Optional<Node> node) {
        List<GroupOffset> offsets = new ArrayList<>();
        node.map(found -> NodeCodec.decode(found.path(), found.data(), OffsetsChunk.class))
                .ifPresent(chunk -> chunk.partitions()
                        .forEach((partition, at) -> offsets.add(new GroupOffset(
                                topic,
                                chunk.topicId(),
                                partition,
                                at.offset(),
                                at.leaderEpoch(),
                                at.metadata(),
                                at.time()))));
        return offsets;
    }

    private static List<GroupOffset> flat(List<List<GroupOffset>> lists) {
        return lists.stream().flatMap(List::stream).toList();
    }
}
