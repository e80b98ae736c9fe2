package io.millrace.coordinator.memory;

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

/**
 * Hands everything on to another coordinator, as it is: whoever wants something to differ says in a subclass what. Any
 * thread may call that may call the other one.
 */
public abstract class ForwardingCoordinator implements Coordinator {

    private final Coordinator real;

    protected ForwardingCoordinator(Coordinator real) {
        this.real = real;
    }

    @Override
    public CompletionStage<Optional<Node>> read(String path) {
        return real.read(path);
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
        return real.watch(path, listener);
    }

    @Override
    public Latch latch(String path, String id, LatchListener listener) {
        return real.latch(path, id, listener);
    }

    @Override
    public Subscription watchSession(SessionListener listener) {
        return real.watchSession(listener);
    }

    /** Closes the other one. */
    @Override
    public void close() {
        real.close();
    }
}
