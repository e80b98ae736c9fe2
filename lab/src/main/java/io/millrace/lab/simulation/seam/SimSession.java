package io.millrace.lab.simulation.seam;

import io.millrace.broker.runtime.EventLoop;
import io.millrace.coordinator.CommitResult;
import io.millrace.coordinator.Coordinator;
import io.millrace.coordinator.Latch;
import io.millrace.coordinator.LatchListener;
import io.millrace.coordinator.Node;
import io.millrace.coordinator.Operation;
import io.millrace.coordinator.SessionListener;
import io.millrace.coordinator.Subscription;
import io.millrace.coordinator.TreeListener;
import io.millrace.coordinator.memory.InMemoryCoordinator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * One process's client of the ensemble. Requests are on their way for a moment, and arrive also if the process has died
 * meanwhile; what comes back may be late. Besides the port it has the faults of a connection.
 */
public final class SimSession implements Coordinator {

    private final SimEnsemble ensemble;
    private final SimProcess process;
    private final EventLoop requests;
    private final SimLaggingLoop answers;
    private final InMemoryCoordinator client;
    private int disconnections;

    SimSession(SimEnsemble ensemble, SimProcess process) {
        this.ensemble = ensemble;
        this.process = process;
        this.requests = ensemble.requests();
        this.answers = new SimLaggingLoop(ensemble.time(), process, ensemble.chance());
        this.client = ensemble.client(answers);
    }

    @Override
    public CompletionStage<Optional<Node>> read(String path) {
        return request(() -> client.read(path));
    }

    @Override
    public CompletionStage<List<String>> children(String path) {
        return request(() -> client.children(path));
    }

    @Override
    public CompletionStage<CommitResult> commit(List<Operation> operations) {
        return request(() -> client.commit(operations));
    }

    @Override
    public CompletionStage<Void> sync() {
        return request(client::sync);
    }

    @Override
    public Subscription watch(String path, TreeListener listener) {
        return client.watch(path, listener);
    }

    @Override
    public Latch latch(String path, String id, LatchListener listener) {
        return client.latch(path, id, listener);
    }

    @Override
    public Subscription watchSession(SessionListener listener) {
        return client.watchSession(listener);
    }

    @Override
    public void close() {
        ensemble.ended(this);
        client.close();
    }

    private <T> CompletionStage<T> request(Supplier<CompletionStage<T>> question) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        requests.execute(() -> question.get().whenComplete((value, failure) -> {
            if (failure == null) {
                answer.complete(value);
            } else {
                answer.completeExceptionally(failure);
            }
        }));
        return answer;
    }

    /** The process is dead: nobody says goodbye, and the service ends the session when it has waited for long enough. */
    public void abandon() {
        ensemble.time().after(ensemble.sessionTimeoutNs(), ensemble.time().world(), this::close);
    }

    /** No connection for {@code forNs}; the session ends meanwhile if that is longer than its timeout. */
    public void disconnect(long forNs) {
        int mine = ++disconnections;
        client.suspend();
        if (forNs > ensemble.sessionTimeoutNs()) {
            later(ensemble.sessionTimeoutNs(), mine, client::expireSession);
        }
        later(forNs, mine, client::reconnect);
    }

    /** The process is paused: unless it says otherwise in time, the session ends. */
    public void fallSilent() {
        int mine = ++disconnections;
        later(ensemble.sessionTimeoutNs(), mine, () -> {
            client.suspend();
            client.expireSession();
        });
    }

    /** There is a connection, whatever was planned before. */
    public void reconnect() {
        disconnections++;
        client.reconnect();
    }

    /**
     * No connection for {@code forNs}. The client gives its session up half way; the service ends it {@code lateNs} after
     * the client has come back in a new one.
     */
    public void disconnectAndExpireLate(long forNs, long lateNs) {
        int mine = ++disconnections;
        client.suspend();
        later(forNs / 2, mine, () -> {
            Runnable end = client.loseSession();
            ensemble.time().after(forNs - forNs / 2 + lateNs, ensemble.time().world(), end);
        });
        later(forNs, mine, client::reconnect);
    }

    /** The service ends the session under a living, connected process. */
    public void expire() {
        client.expireSession();
    }

    /** The next transaction's answer is lost. */
    public void loseNextAnswer(boolean applied) {
        client.loseAnswerOfNextCommit(
                applied ? InMemoryCoordinator.LostAnswer.APPLIED : InMemoryCoordinator.LostAnswer.NOT_APPLIED);
    }

    /** News and answers of the next {@code forNs} arrive after that. */
    public void lag(long forNs) {
        answers.lag(forNs);
    }

    private void later(long delayNs, int disconnection, Runnable step) {
        ensemble.time().after(delayNs, ensemble.time().world(), () -> {
            if (disconnections == disconnection && !process.isDead()) {
                step.run();
            }
        });
    }
}
