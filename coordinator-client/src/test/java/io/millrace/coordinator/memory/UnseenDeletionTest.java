package io.millrace.coordinator.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.coordinator.BrokerIdentity;
import io.millrace.coordinator.BrokerRegistry;
import io.millrace.coordinator.Coordinator;
import io.millrace.coordinator.Operation;
import io.millrace.coordinator.Registration;
import io.millrace.coordinator.Subscription;
import io.millrace.coordinator.TreeAge;
import io.millrace.coordinator.TreeListener;
import io.millrace.coordinator.tree.LiveNode;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/**
 * A node that is made and deleted before a cache has read it is, to the cache, not there before and not there after: no
 * news. A broker that was called dead twice within some milliseconds stayed out of its cluster for good.
 */
class UnseenDeletionTest {
    private final TaskQueue queue = new TaskQueue();
    private final InMemoryTree tree = new InMemoryTree();
    private final InMemoryCoordinator client = tree.connect(queue);

    @Test
    void aLiveNodeWhoseDeletionNobodyWasToldOfIsPutUpAgain() {
        BrokerRegistry registry = new BrokerRegistry(new Deaf(client), queue);
        BrokerIdentity identity = new BrokerIdentity(1, null, "cluster", "disk", "boot", 0, TreeAge.UNKNOWN);
        CompletionStage<Registration> registered = registry.register(identity);
        queue.runAll();
        Registration registration = registered.toCompletableFuture().join();
        registry.announce(registration, new LiveNode(1, registration.brokerEpoch(), new TreeMap<>(), null), newer -> {
            throw new AssertionError("replaced by " + newer);
        });
        queue.runAll();
        String path = "/brokers/1/live-" + registration.brokerEpoch();
        assertThat(tree.read(path)).isPresent();
        tree.connect(queue).commit(List.of(new Operation.Delete(path, Operation.ANY_VERSION)));
        queue.runAll();
        assertThat(tree.read(path)).isEmpty();

        registry.recheck();
        queue.runAll();

        assertThat(tree.read(path)).isPresent();
    }

    /** Is never told of a change. */
    private static final class Deaf extends ForwardingCoordinator {
        Deaf(Coordinator behind) {
            super(behind);
        }

        @Override
        public Subscription watch(String path, TreeListener listener) {
            return () -> {};
        }
    }
}
