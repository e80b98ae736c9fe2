package io.millrace.coordinator;

import io.millrace.coordinator.tree.NodeCodec;
import io.millrace.coordinator.tree.Paths;
import io.millrace.coordinator.tree.ProducerIdsNode;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Producer ids, a block at a time, no two of which overlap for as long as the tree exists (R40). A compare-and-set of one
 * node decides, so it does not matter who asks: no controller is needed. Any thread may call; stages complete on a thread
 * of the adapter.
 */
public final class ProducerIdBlocks {

    /** Few enough that a broker's restart wastes little, many enough that producers seldom wait for the service. */
    public static final int BLOCK_SIZE = 1_000;

    private final Coordinator coordinator;

    /**
     * Ids that belong to whoever took them.
     *
     * @param first inclusive
     * @param end exclusive
     */
    public record Block(long first, long end) {}

    public ProducerIdBlocks(Coordinator coordinator) {
        this.coordinator = coordinator;
    }

    /**
     * Takes the next block. A try whose answer is lost may have taken one too, which nobody will use then. Fails with
     * {@link CoordinatorException} where the service does not answer, with
     * {@link io.millrace.coordinator.tree.MalformedNodeException} where the node holds something else.
     */
    public CompletionStage<Block> take() {
        // Behind the latest, each compare-and-set would fail until the server that is asked has caught up.
        return coordinator
                .sync()
                .thenCompose(synced -> coordinator.read(Paths.PRODUCER_IDS))
                .thenCompose(this::takeAfter);
    }

    private CompletionStage<Block> takeAfter(Optional<Node> node) {
        long first = node.map(ProducerIdBlocks::next).orElse(0L);
        Block block = new Block(first, first + BLOCK_SIZE);
        return coordinator.commit(List.of(write(node, block.end()))).thenCompose(result -> {
            // After a lost answer the block may be ours or another's: a fresh one settles it.
            return result instanceof CommitResult.Committed ? CompletableFuture.completedFuture(block) : take();
        });
    }

    private static Operation write(Optional<Node> node, long next) {
        String data = NodeCodec.encode(new ProducerIdsNode(next));
        return node.<Operation>map(was -> new Operation.SetData(Paths.PRODUCER_IDS, data, was.version()))
                .orElseGet(() -> new Operation.Create(Paths.PRODUCER_IDS, data, false));
    }

    private static long next(Node node) {
        return NodeCodec.decode(node.path(), node.data(), ProducerIdsNode.class).next();
    }
}
