package io.millrace.coordinator.memory;

import io.millrace.coordinator.CommitResult;
import io.millrace.coordinator.Coordinator;
import io.millrace.coordinator.CoordinatorException;
import io.millrace.coordinator.Latch;
import io.millrace.coordinator.LatchListener;
import io.millrace.coordinator.Node;
import io.millrace.coordinator.Operation;
import io.millrace.coordinator.SessionListener;
import io.millrace.coordinator.SessionListener.SessionState;
import io.millrace.coordinator.Subscription;
import io.millrace.coordinator.TransactionLimits;
import io.millrace.coordinator.TreeListener;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One client of an {@link InMemoryTree}: what a broker gets. Besides the port it has the methods by which a test breaks
 * its connection or session. While it is suspended, reads fail and transactions are unknown without having happened.
 */
public final class InMemoryCoordinator implements Coordinator {

    private final InMemoryTree tree;
    private final Executor listeners;
    // Copied on write: on a direct executor a listener may open or close some while they are being told.
    private final List<InMemoryWatch> watches = new CopyOnWriteArrayList<>();
    private final List<InMemoryLatch> latches = new CopyOnWriteArrayList<>();
    private final List<InMemorySessionWatch> sessionWatches = new CopyOnWriteArrayList<>();
    private long session;
    private SessionState state = SessionState.CONNECTED;
    private boolean closed;
    private @Nullable LostAnswer lostAnswer;

    /** What happens to a transaction whose answer is lost. */
    public enum LostAnswer {
        APPLIED,
        NOT_APPLIED
    }

    InMemoryCoordinator(InMemoryTree tree, Executor listeners) {
        this.tree = tree;
        this.listeners = listeners;
        this.session = tree.newSession();
    }

    @Override
    public CompletionStage<Optional<Node>> read(String path) {
        return ask(() -> tree.read(path));
    }

    @Override
    public CompletionStage<List<String>> children(String path) {
        return ask(() -> tree.children(path));
    }

    @Override
    public CompletionStage<Void> sync() {
        return ask(() -> Optional.empty()).thenApply(nothing -> null);
    }

    @Override
    public CompletionStage<CommitResult> commit(List<Operation> operations) {
        TransactionLimits.require(operations);
        synchronized (tree) {
            LostAnswer lost = lostAnswer;
            if (!closed && state == SessionState.CONNECTED && lost != null) {
                lostAnswer = null;
                return commitAndBreak(operations, lost);
            }
            if (!closed && state != SessionState.CONNECTED) {
                return answer(() -> new CommitResult.Unknown("no connection"));
            }
            return ask(() -> tree.commit(session, operations));
        }
    }

    @Override
    public Subscription watch(String path, TreeListener listener) {
        synchronized (tree) {
            InMemoryWatch watch = new InMemoryWatch(tree, path, listener, listeners);
            watches.removeIf(InMemoryWatch::isClosed);
            watches.add(watch);
            if (isConnected()) {
                watch.catchUp(false);
            }
            return watch;
        }
    }

    @Override
    public Latch latch(String path, String id, LatchListener listener) {
        synchronized (tree) {
            InMemoryLatch latch = new InMemoryLatch(tree, path, id, listener, listeners, this::isConnected);
            latches.removeIf(InMemoryLatch::isGone);
            latches.add(latch);
            if (isConnected()) {
                latch.stand(session);
            }
            return latch;
        }
    }

    @Override
    public Subscription watchSession(SessionListener listener) {
        synchronized (tree) {
            InMemorySessionWatch watch = new InMemorySessionWatch(listener, listeners);
            sessionWatches.removeIf(InMemorySessionWatch::isClosed);
            sessionWatches.add(watch);
            watch.tell(state, session);
            return watch;
        }
    }

    @Override
    public void close() {
        synchronized (tree) {
            if (closed) {
                return;
            }
            closed = true;
            watches.forEach(InMemoryWatch::close);
            sessionWatches.forEach(InMemorySessionWatch::close);
            tree.disconnect(this);
            tree.endSession(session);
            latches.forEach(InMemoryLatch::close);
        }
    }

    /** The connection breaks; the session lives on until {@link #reconnect} or {@link #expireSession}. */
    public void suspend() {
        synchronized (tree) {
            if (isConnected()) {
                become(SessionState.SUSPENDED);
            }
        }
    }

    /** The connection is back: in the old session, or in a new one where that has expired. */
    public void reconnect() {
        synchronized (tree) {
            if (closed || state == SessionState.CONNECTED) {
                return;
            }
            boolean isNewSession = state == SessionState.LOST;
            if (isNewSession) {
                session = tree.newSession();
            }
            become(SessionState.CONNECTED);
            latches.forEach(latch -> latch.stand(session));
            watches.forEach(watch -> watch.catchUp(isNewSession));
            latches.forEach(InMemoryLatch::check);
        }
    }

    /**
     * The service ends the session: its ephemeral nodes are gone. A connected client is told and gets a new session at
     * once; a suspended one is told and stays away until {@link #reconnect}.
     */
    public void expireSession() {
        synchronized (tree) {
            if (closed || state == SessionState.LOST) {
                return;
            }
            boolean wasConnected = state == SessionState.CONNECTED;
            become(SessionState.LOST);
            latches.forEach(InMemoryLatch::onSessionLost);
            tree.endSession(session);
            if (wasConnected) {
                reconnect();
            }
        }
    }

    /**
     * A suspended client takes its session for lost before the service ends it: its ephemeral nodes are still there.
     *
     * @return by which the service ends the session
     */
    public Runnable loseSession() {
        synchronized (tree) {
            long lost = session;
            if (!closed && state == SessionState.SUSPENDED) {
                become(SessionState.LOST);
                latches.forEach(InMemoryLatch::onSessionLost);
            }
            return () -> tree.endSession(lost);
        }
    }

    /**
     * The answer to the next transaction is lost with the connection, which is back at once, in the same session. The
     * caller sees {@link CommitResult.Unknown}.
     */
    public void loseAnswerOfNextCommit(LostAnswer what) {
        synchronized (tree) {
            lostAnswer = what;
        }
    }

    /** The session that this client has, or had last. */
    public long sessionId() {
        synchronized (tree) {
            return session;
        }
    }

    void onChanged(List<String> paths) {
        synchronized (tree) {
            if (isConnected()) {
                watches.forEach(watch -> watch.onChanged(paths));
                latches.forEach(InMemoryLatch::check);
            }
        }
    }

    private CompletionStage<CommitResult> commitAndBreak(List<Operation> operations, LostAnswer lost) {
        if (lost == LostAnswer.APPLIED) {
            tree.commit(session, operations);
        }
        CompletionStage<CommitResult> unknown = answer(() -> new CommitResult.Unknown("connection lost"));
        suspend();
        reconnect();
        return unknown;
    }

    private boolean isConnected() {
        return !closed && state == SessionState.CONNECTED;
    }

    private void become(SessionState next) {
        state = next;
        sessionWatches.forEach(watch -> watch.tell(next, session));
    }

    /** Asks the service now, answers through the executor. */
    private <T> CompletableFuture<T> ask(Supplier<T> question) {
        synchronized (tree) {
            if (!isConnected()) {
                return answer(() -> {
                    throw new CoordinatorException("no connection");
                });
            }
            T value = question.get();
            return answer(() -> value);
        }
    }

    private <T> CompletableFuture<T> answer(Supplier<T> value) {
        CompletableFuture<T> stage = new CompletableFuture<>();
        listeners.execute(() -> {
            try {
                stage.complete(valueUnlessClosed(value));
            } catch (CoordinatorException e) {
                stage.completeExceptionally(e);
            }
        });
        return stage;
    }

    private <T> T valueUnlessClosed(Supplier<T> value) {
        synchronized (tree) {
            if (closed) {
                throw new CoordinatorException("closed");
            }
            return value.get();
        }
    }
}
