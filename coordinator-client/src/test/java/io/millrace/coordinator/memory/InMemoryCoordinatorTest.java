package io.millrace.coordinator.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.coordinator.CommitResult;
import io.millrace.coordinator.CoordinatorException;
import io.millrace.coordinator.Latch;
import io.millrace.coordinator.LatchListener;
import io.millrace.coordinator.Node;
import io.millrace.coordinator.Operation;
import io.millrace.coordinator.SessionListener.SessionState;
import io.millrace.coordinator.TreeListener;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** What tests can do to the connection. */
class InMemoryCoordinatorTest {

    private final TaskQueue queue = new TaskQueue();
    private final InMemoryTree tree = new InMemoryTree();
    private final InMemoryCoordinator client = tree.connect(queue);
    private final InMemoryCoordinator other = tree.connect(queue);
    private final List<String> told = new ArrayList<>();

    @Test
    void nothingIsToldBeforeTheExecutorRuns() {
        CompletableFuture<CommitResult> result =
                client.commit(List.of(create("/a"))).toCompletableFuture();

        assertThat(result).isNotDone();
        assertThat(tree.read("/a")).isPresent();
        queue.runAll();
        assertThat(result).isCompletedWithValue(new CommitResult.Committed(List.of(0)));
    }

    @Test
    void whileSuspendedReadsFailAndTransactionsAreUnknownAndDoNotHappen() {
        client.suspend();

        assertThat(done(client.commit(List.of(create("/a")))).join()).isInstanceOf(CommitResult.Unknown.class);
        assertThat(tree.read("/a")).isEmpty();
        assertThat(done(client.read("/a"))).isCompletedExceptionally();
        assertThat(done(client.sync()))
                .failsWithin(java.time.Duration.ZERO)
                .withThrowableThat()
                .withCauseInstanceOf(CoordinatorException.class);
    }

    @Test
    void aWatchMakesGoodWhatItMissedWhileSuspended() {
        commit(create("/w"), create("/w/again"), create("/w/gone"), create("/w/gone/deep"));
        client.watch("/w", new Recording());
        queue.runAll();
        told.clear();

        client.suspend();
        commit(delete("/w/gone/deep"), delete("/w/gone"), delete("/w/again"), create("/w/again"), create("/w/new"));
        queue.runAll();
        assertThat(told).isEmpty();
        client.reconnect();
        queue.runAll();

        assertThat(told).containsExactly("deleted /w/gone/deep", "deleted /w/gone", "node /w/again", "node /w/new");
    }

    @Test
    void aWatchBegunWhileSuspendedTellsAllAndThatItWasAllWhenTheConnectionIsBackInTheSameSession() {
        commit(create("/w"), create("/w/a"));
        client.suspend();
        client.watch("/w", new Recording());
        queue.runAll();
        assertThat(told).isEmpty();

        client.reconnect();
        queue.runAll();
        assertThat(told).containsExactly("node /w", "node /w/a", "initialized");

        client.suspend();
        client.reconnect();
        queue.runAll();
        assertThat(told).containsExactly("node /w", "node /w/a", "initialized");
    }

    @Test
    void aSuspendedClientWhoseSessionEndsIsToldAndComesBackWithANewOneOnlyWhenReconnected() {
        List<SessionState> states = new ArrayList<>();
        client.watchSession((state, id) -> states.add(state));
        commit(client, new Operation.Create("/e", "", true));
        long before = client.sessionId();

        client.suspend();
        client.expireSession();
        queue.runAll();

        assertThat(tree.read("/e")).isEmpty();
        assertThat(states).containsExactly(SessionState.CONNECTED, SessionState.SUSPENDED, SessionState.LOST);
        client.reconnect();
        queue.runAll();
        assertThat(states).last().isEqualTo(SessionState.CONNECTED);
        assertThat(client.sessionId()).isNotEqualTo(before);
    }

    @Test
    void aLatchClosedWithoutAConnectionLeavesTheQueueWhenTheConnectionIsBack() {
        Latch first = client.latch("/latch", "1", new LatchEvents("first"));
        other.latch("/latch", "2", new LatchEvents("second"));
        queue.runAll();
        client.suspend();

        first.close();
        queue.runAll();
        assertThat(told).containsExactly("first acquired");

        client.reconnect();
        queue.runAll();
        assertThat(told).containsExactly("first acquired", "second acquired");
    }

    @Test
    void aHolderWhoseLatchNodeIsDeletedGoesOnBelieving() {
        Latch first = client.latch("/latch", "1", new LatchEvents("first"));
        other.latch("/latch", "2", new LatchEvents("second"));
        queue.runAll();

        commit(delete(first.ownNode().orElseThrow()));
        queue.runAll();

        assertThat(told).containsExactly("first acquired", "second acquired");
    }

    private void commit(Operation... operations) {
        commit(other, operations);
    }

    private void commit(InMemoryCoordinator by, Operation... operations) {
        assertThat(done(by.commit(List.of(operations))).join()).isInstanceOf(CommitResult.Committed.class);
    }

    private <T> CompletableFuture<T> done(CompletionStage<T> stage) {
        queue.runAll();
        return stage.toCompletableFuture();
    }

    private static Operation create(String path) {
        return new Operation.Create(path, "", false);
    }

    private static Operation delete(String path) {
        return new Operation.Delete(path, Operation.ANY_VERSION);
    }

    private final class Recording implements TreeListener {
        @Override
        public void onNode(Node node) {
            told.add("node " + node.path());
        }

        @Override
        public void onDeleted(String path) {
            told.add("deleted " + path);
        }

        @Override
        public void onInitialized() {
            told.add("initialized");
        }
    }

    private final class LatchEvents implements LatchListener {
        private final String name;

        LatchEvents(String name) {
            this.name = name;
        }

        @Override
        public void onAcquired() {
            told.add(name + " acquired");
        }

        @Override
        public void onLost() {
            told.add(name + " lost");
        }
    }
}
