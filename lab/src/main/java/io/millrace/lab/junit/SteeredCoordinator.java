package io.millrace.lab.junit;

import io.millrace.coordinator.CommitResult;
import io.millrace.coordinator.Coordinator;
import io.millrace.coordinator.Latch;
import io.millrace.coordinator.LatchListener;
import io.millrace.coordinator.Node;
import io.millrace.coordinator.Operation;
import io.millrace.coordinator.SessionListener;
import io.millrace.coordinator.Subscription;
import io.millrace.coordinator.TreeListener;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;

/** A coordinator whose reader sees other nodes than there are: with addresses that lead through relays. */
final class SteeredCoordinator implements Coordinator {
    private final Coordinator real;
    private final UnaryOperator<Node> steer;

    SteeredCoordinator(Coordinator real, UnaryOperator<Node> steer) {
        this.real = real;
        this.steer = steer;
    }

    @Override
    public CompletionStage<Optional<Node>> read(String path) {
        return real.read(path).thenApply(node -> node.map(steer));
    }

    @Override
    public CompletionStage<List<String>> children(String path) {
        return real.children(path);
    }

    @Override
    public CompletionStage<CommitResult> commit(List<Operation> operations) {
        return real.commit(operations);
    }

    @Override
    public CompletionStage<Void> sync() {
        return real.sync();
    }

    @Override
    public Subscription watch(String path, TreeListener listener) {
        return real.watch(path, new TreeListener() {
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

    @Override
    public Latch latch(String path, String id, LatchListener listener) {
        return real.latch(path, id, listener);
    }

    @Override
    public Subscription watchSession(SessionListener listener) {
        return real.watchSession(listener);
    }

    @Override
    public void close() {
        real.close();
    }
}
