package io.millrace.broker.server;

import io.millrace.broker.controller.ClusterFeed;
import io.millrace.broker.core.BrokerIncarnation;
import io.millrace.coordinator.BrokerRegistry;
import io.millrace.coordinator.Subscription;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Takes a broker's registration back, and waits until it sees that itself: about then others see it, too. Members of
 * groups are sent on after that only; to whom they come before, this broker is still the coordinator, and sends them back.
 */
final class Withdrawal {
    private final BrokerRegistry registry;
    private final ClusterFeed feed;
    private final BrokerIncarnation self;

    Withdrawal(BrokerRegistry registry, ClusterFeed feed, BrokerIncarnation self) {
        this.registry = registry;
        this.feed = feed;
        this.self = self;
    }

    /** Blocks for at most {@code patience} for the one, and as long for the other. */
    void run(Duration patience) throws InterruptedException, ExecutionException, TimeoutException {
        CompletableFuture<Void> isSeen = new CompletableFuture<>();
        Subscription images = feed.listen(image -> {
            if (!image.isRegistered(self)) {
                isSeen.complete(null);
            }
        });
        try {
            registry.withdraw().toCompletableFuture().get(patience.toMillis(), TimeUnit.MILLISECONDS);
            isSeen.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } finally {
            images.close();
        }
    }
}
