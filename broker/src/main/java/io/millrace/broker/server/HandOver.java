package io.millrace.broker.server;

import io.millrace.broker.controller.ClusterFeed;
import io.millrace.broker.core.BrokerIncarnation;
import io.millrace.broker.core.ClusterImage;
import io.millrace.broker.replication.ControllerLink;
import io.millrace.coordinator.Subscription;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Before a broker stops, others lead in its place: asks the controller, again and again, until this broker itself has seen
 * that it leads nothing which somebody else could and is in no in-sync set of another leader. Clients are served all the
 * while, and follow the hints.
 */
final class HandOver {

    private static final Logger LOG = LoggerFactory.getLogger(HandOver.class);
    private static final long ASK_AGAIN_MS = 250;

    private final ControllerLink controller;
    private final ClusterFeed feed;
    private final BrokerIncarnation self;
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private volatile int mayKeep = -1;

    HandOver(ControllerLink controller, ClusterFeed feed, BrokerIncarnation self) {
        this.controller = controller;
        this.feed = feed;
        this.self = self;
    }

    /** Blocks for at most {@code patience}; a broker that cannot hand over stops all the same. */
    void run(Duration patience) throws InterruptedException, ExecutionException {
        long deadlineNs = System.nanoTime() + patience.toNanos();
        Subscription images = feed.listen(image -> check());
        try {
            while (!done.isDone() && System.nanoTime() - deadlineNs < 0) {
                controller.announceStop(this::onReply);
                try {
                    done.get(ASK_AGAIN_MS, TimeUnit.MILLISECONDS);
                } catch (TimeoutException again) {
                    LOG.debug("Still leads {} partitions", led(feed.image()));
                }
            }
        } finally {
            images.close();
        }
        LOG.info("Stops leading {} partitions", led(feed.image()));
    }

    private void onReply(OptionalInt leads) {
        leads.ifPresent(number -> {
            mayKeep = number;
            check();
        });
    }

    private void check() {
        ClusterImage image = feed.image();
        if (led(image) <= mayKeep && isInNoOthersSet(image)) {
            done.complete(null);
        }
    }

    private boolean isInNoOthersSet(ClusterImage image) {
        return image.topics().values().stream()
                .flatMap(topic -> topic.partitions().values().stream())
                .noneMatch(state -> !state.isLedBy(self) && state.isr().contains(self.id()));
    }

    private int led(ClusterImage image) {
        return (int) image.topics().values().stream()
                .flatMap(topic -> topic.partitions().values().stream())
                .filter(state -> state.isLedBy(self))
                .count();
    }
}
