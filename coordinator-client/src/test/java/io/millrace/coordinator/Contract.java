package io.millrace.coordinator;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeoutException;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/** What the parts of the contract get from the adapter under test, and what they have in common. */
interface Contract {

    long PATIENCE_S = 30;

    /** A new client with its own session, on a tree that is empty when the test begins. */
    Coordinator connect();

    /** Ends the session of {@code client} at the service; the client comes back by itself with a new one. */
    void expireSession(Coordinator client);

    /** What a process has for its callbacks: one thread. */
    Executor newCallbacks();

    static <T> T get(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(PATIENCE_S, SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new AssertionError(e);
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    static ConditionFactory eventually() {
        return Awaitility.await().atMost(Duration.ofSeconds(PATIENCE_S)).pollInterval(Duration.ofMillis(10));
    }

    static CommitResult commit(Coordinator client, Operation... operations) {
        return get(client.commit(List.of(operations)));
    }

    /** Commits what the test takes for granted. */
    static List<Integer> made(Coordinator client, Operation... operations) {
        CommitResult result = commit(client, operations);
        assertThat(result).isInstanceOf(CommitResult.Committed.class);
        return ((CommitResult.Committed) result).versions();
    }

    static Operation newNode(String path, String data) {
        return new Operation.Create(path, data, false);
    }

    static Operation ephemeral(String path) {
        return new Operation.Create(path, "", true);
    }

    static Operation set(String path, String data, int expectedVersion) {
        return new Operation.SetData(path, data, expectedVersion);
    }

    static Operation delete(String path) {
        return new Operation.Delete(path, Operation.ANY_VERSION);
    }

    /** The latest, not what the server that was asked happens to have. */
    static Optional<Node> read(Coordinator client, String path) {
        get(client.sync());
        return get(client.read(path));
    }
}
