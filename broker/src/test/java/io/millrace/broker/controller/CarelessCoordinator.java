package io.millrace.broker.controller;

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
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** The port without one of the things that its users ask of it: a rule that is a name or a version in a request. */
final class CarelessCoordinator implements Coordinator {

    private final Coordinator port;
    private final UnaryOperator<Operation> onCommit;
    private final Predicate<String> isHidden;

    /**
     * @param onCommit what becomes of each operation
     * @param isHidden paths of whose changes and deletions no watch tells
     */
    CarelessCoordinator(Coordinator port, UnaryOperator<Operation> onCommit, Predicate<String> isHidden) {
        this.port = port;
        this.onCommit = onCommit;
        this.isHidden = isHidden;
    }

    @Override
    public CompletionStage<Optional<Node>> read(String path) {
        return port.read(path);
    }

    @Override
    public CompletionStage<List<String>> children(String path) {
        return port.children(path);
    }

    @Override
    public CompletionStage<CommitResult> commit(List<Operation> operations) {
        return port.commit(operations.stream().map(onCommit).toList());
    }

    @Override
    public CompletionStage<Void> sync() {
        return port.sync();
    }

    @Override
    public Subscription watch(String path, TreeListener listener) {
        return port.watch(path, new TreeListener() {
            @Override
            public void onNode(Node node) {
                if (!isHidden.test(node.path())) {
                    listener.onNode(node);
                }
            }

            @Override
            public void onDeleted(String deleted) {
                if (!isHidden.test(deleted)) {
                    listener.onDeleted(deleted);
                }
            }

            @Override
            public void onInitialized() {
                listener.onInitialized();
            }
        });
    }

    @Override
    public Latch latch(String path, String id, LatchListener listener) {
        return port.latch(path, id, listener);
    }

    @Override
    public Subscription watchSession(SessionListener listener) {
        return port.watchSession(listener);
    }

    @Override
    public void close() {
        port.close();
    }
}
