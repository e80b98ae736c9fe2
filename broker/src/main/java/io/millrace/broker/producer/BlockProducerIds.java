package io.millrace.broker.producer;

import io.millrace.broker.core.ErrorReason;
import io.millrace.broker.core.Outcome;
import io.millrace.broker.core.Refusal;
import io.millrace.broker.runtime.Continuation;
import io.millrace.broker.runtime.EventLoop;
import io.millrace.coordinator.CoordinatorException;
import io.millrace.coordinator.ProducerIdBlocks;
import io.millrace.coordinator.ProducerIdBlocks.Block;
import io.millrace.coordinator.tree.MalformedNodeException;
import java.util.ArrayDeque;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ids from a block of this broker's own; a new block is taken when the last id is gone. What is left of a block when the
 * broker stops is never used.
 */
public final class BlockProducerIds implements ProducerIds {

    private static final Logger LOG = LoggerFactory.getLogger(BlockProducerIds.class);

    private final Supplier<CompletionStage<Block>> blocks;
    private final EventLoop loop;
    private final ArrayDeque<Consumer<Outcome<Long>>> waiting = new ArrayDeque<>();
    private Block block = new Block(0, 0);
    private boolean isTaking;

    public BlockProducerIds(ProducerIdBlocks blocks, EventLoop loop) {
        this(blocks::take, loop);
    }

    BlockProducerIds(Supplier<CompletionStage<Block>> blocks, EventLoop loop) {
        this.blocks = blocks;
        this.loop = loop;
    }

    @Override
    public void next(Consumer<Outcome<Long>> reply) {
        loop.execute(() -> {
            waiting.add(reply);
            serve();
        });
    }

    private void serve() {
        while (!waiting.isEmpty() && block.first() < block.end()) {
            long id = block.first();
            block = new Block(id + 1, block.end());
            waiting.remove().accept(Outcome.ok(id));
        }
        if (!waiting.isEmpty() && !isTaking) {
            isTaking = true;
            Continuation.on(loop, blocks.get(), this::onTaken);
        }
    }

    private void onTaken(@Nullable Block taken, @Nullable Throwable failure) {
        isTaking = false;
        if (taken == null) {
            refuseAll(refusal(failure));
        } else {
            block = taken;
            serve();
        }
    }

    private void refuseAll(Refusal refusal) {
        while (!waiting.isEmpty()) {
            waiting.remove().accept(Outcome.no(refusal));
        }
    }

    /** A failure that is not the service's is a fault of this broker. */
    private static Refusal refusal(@Nullable Throwable failure) {
        if (failure instanceof CoordinatorException) {
            return Refusal.definite(
                    ErrorReason.COORDINATOR_NOT_AVAILABLE, "No producer ids can be had: " + failure.getMessage());
        }
        if (failure instanceof MalformedNodeException) {
            LOG.error("Producer ids: {}", failure.getMessage());
            return Refusal.definite(ErrorReason.INTERNAL, "No producer ids can be had: " + failure.getMessage());
        }
        throw new IllegalStateException("Taking producer ids failed", failure);
    }
}
