package io.millrace.lab.junit;

import io.millrace.coordinator.Coordinator;
import io.millrace.coordinator.Node;
import io.millrace.coordinator.Subscription;
import io.millrace.coordinator.TreeListener;
import io.millrace.coordinator.memory.ForwardingCoordinator;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;

/** A coordinator whose reader sees other nodes than there are: with addresses that lead through relays. */
final class SteeredCoordinator extends ForwardingCoordinator {
    private final UnaryOperator<Node> steer;

    SteeredCoordinator(Coordinator real, UnaryOperator<Node> steer) {
        super(real);
        this.steer = steer;
    }

    @Override
    public CompletionStage<Optional<Node>> read(String path) {
        return super.read(path).thenApply(node -> node.map(steer));
    }

    @Override
    public Subscription watch(String path, TreeListener listener) {
        return super.watch(path, new TreeListener() {
            @Override
            public void onNode(Node node) {
                listener.onNode(steer.apply(node));
            }

            @Override
            public void onDeleted(String deleted) {
                listener.onDeleted(deleted);
            }

            @Override
            public void onInitialized() {
                listener.onInitialized();
            }
        });
    }
}
