package io.millrace.broker.controller;

import io.millrace.coordinator.CommitResult;
import io.millrace.coordinator.Coordinator;
import io.millrace.coordinator.Node;
import io.millrace.coordinator.Operation;
import io.millrace.coordinator.Subscription;
import io.millrace.coordinator.TreeListener;
import io.millrace.coordinator.memory.ForwardingCoordinator;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** The port without one of the things that its users ask of it: a rule that is a name or a version in a request. */
final class CarelessCoordinator extends ForwardingCoordinator {

    private final UnaryOperator<Operation> onCommit;
    private final Predicate<String> isHidden;

    /**
     * @param onCommit what becomes of each operation
     * @param isHidden paths of whose changes and deletions no watch tells
     */
    CarelessCoordinator(Coordinator port, UnaryOperator<Operation> onCommit, Predicate<String> isHidden) {
        super(port);
        this.onCommit = onCommit;
        this.isHidden = isHidden;
    }

    @Override
    public CompletionStage<CommitResult> commit(List<Operation> operations) {
        return super.commit(operations.stream().map(onCommit).toList());
    }

    @Override
    public Subscription watch(String path, TreeListener listener) {
        return super.watch(path, new TreeListener() {
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
}
