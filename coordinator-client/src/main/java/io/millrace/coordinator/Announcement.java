package io.millrace.coordinator;

import io.millrace.coordinator.SessionListener.SessionState;
import io.millrace.coordinator.tree.BrokerNode;
import io.millrace.coordinator.tree.LiveNode;
import io.millrace.coordinator.tree.NodeCodec;
import io.millrace.coordinator.tree.Paths;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one live node up. Level-triggered: whatever happens, {@link #reconcile} compares what is there with what should
 * be. All state belongs to {@code callbacks}.
 *
 * <p>An attempt that failed lost its connection, so news of the session follow, and news that came in during an attempt
 * lead to another one. A node that is put up and taken away between two looks of the watch makes no news at all: so
 * whoever owns this asks it to {@link #recheck} from time to time.
 *
 * <p>The node's name holds the brokerEpoch, so one of another session can only be this process's own, left by a session
 * that the service has not ended yet. Waiting for its end would leave a gap, and keeping it would lose it (R23): it is
 * deleted and made again in one transaction.
 */
final class Announcement {

    private static final Logger LOG = LoggerFactory.getLogger(Announcement.class);

    private final Coordinator coordinator;
    private final Executor callbacks;
    private final Registration registration;
    private final String path;
    private final String data;
    private final ReplacedListener listener;
    private final CompletableFuture<Void> announced = new CompletableFuture<>();
    private final List<Subscription> subscriptions = new ArrayList<>();

    private long session;
    private boolean connected;
    private boolean stopped;
    private boolean newsDuringAttempt;
    private @Nullable CompletionStage<Void> attempt;

    Announcement(
            Coordinator coordinator,
            Executor callbacks,
            Registration registration,
            LiveNode live,
            ReplacedListener listener) {
        if (live.brokerId() != registration.brokerId() || live.brokerEpoch() != registration.brokerEpoch()) {
            throw new IllegalArgumentException(live + " is not of " + registration);
        }
        this.coordinator = coordinator;
        this.callbacks = callbacks;
        this.registration = registration;
        this.path = Paths.live(registration.brokerId(), registration.brokerEpoch());
        this.data = NodeCodec.encode(live);
        this.listener = listener;
    }

    CompletionStage<Void> start() {
        callbacks.execute(() -> {
            subscriptions.add(coordinator.watchSession((state, id) -> callbacks.execute(() -> onSession(state, id))));
            subscriptions.add(coordinator.watch(Paths.broker(registration.brokerId()), new BrokerWatch()));
        });
        return announced;
    }

    void recheck() {
        callbacks.execute(this::reconcile);
    }

    CompletionStage<Void> withdraw() {
        CompletableFuture<Void> withdrawn = new CompletableFuture<>();
        callbacks.execute(() -> {
            stop();
            CompletionStage<Void> last = attempt == null ? CompletableFuture.completedFuture(null) : attempt;
            last.handle((done, failed) -> true)
                    .thenCompose(ended -> delete())
                    .whenCompleteAsync((done, failed) -> complete(withdrawn, failed), callbacks);
        });
        return withdrawn;
    }

    private void onSession(SessionState state, long id) {
        connected = state == SessionState.CONNECTED;
        session = id;
        reconcile();
    }

    private void reconcile() {
        if (attempt != null) {
            newsDuringAttempt = true;
        } else if (connected && !stopped) {
            newsDuringAttempt = false;
            CompletionStage<Void> running = putUp();
            attempt = running;
            running.whenCompleteAsync((done, failed) -> onAttemptEnded(failed), callbacks);
        }
    }

    private void onAttemptEnded(@Nullable Throwable failed) {
        attempt = null;
        if (failed != null && !(Stages.cause(failed) instanceof CoordinatorException)) {
            LOG.error("Cannot announce {}", path, failed);
            announced.completeExceptionally(Stages.cause(failed));
        }
        if (newsDuringAttempt) {
            reconcile();
        }
    }

    private CompletionStage<Void> putUp() {
        String broker = Paths.broker(registration.brokerId());
        return coordinator.read(broker).thenComposeAsync(node -> onBroker(broker, node), callbacks);
    }

    private CompletionStage<Void> onBroker(String broker, Optional<Node> node) {
        long epoch = node.map(Announcement::epoch).orElse(0L);
        if (node.isEmpty() || epoch < registration.brokerEpoch()) {
            // Older than what this process has seen: the service lost data. Not live is the safe side.
            LOG.error("{} has lost brokerEpoch {}: not announcing", broker, registration.brokerEpoch());
            return CompletableFuture.completedFuture(null);
        }
        if (epoch > registration.brokerEpoch()) {
            onReplaced(epoch);
            return CompletableFuture.completedFuture(null);
        }
        Operation check = new Operation.Check(broker, node.get().version());
        return coordinator.read(path).thenComposeAsync(live -> onLive(check, live), callbacks);
    }

    private CompletionStage<Void> onLive(Operation check, Optional<Node> live) {
        if (stopped || isOwn(live)) {
            return verified(live);
        }
        List<Operation> operations = new ArrayList<>(List.of(check));
        live.ifPresent(left -> operations.add(new Operation.Delete(path, Operation.ANY_VERSION)));
        operations.add(new Operation.Create(path, data, true));
        return coordinator.commit(operations).thenComposeAsync(this::onCommit, callbacks);
    }

    private CompletionStage<Void> onCommit(CommitResult result) {
        if (result instanceof CommitResult.Committed) {
            // Not "put up again if it is not ours": then the session has changed, and its news are on the way.
            return coordinator.read(path).thenComposeAsync(this::verified, callbacks);
        }
        if (result instanceof CommitResult.Unknown unknown) {
            return CompletableFuture.failedFuture(new CoordinatorException(unknown.cause()));
        }
        return stopped ? CompletableFuture.completedFuture(null) : putUp();
    }

    private CompletionStage<Void> verified(Optional<Node> live) {
        if (isOwn(live)) {
            announced.complete(null);
        }
        return CompletableFuture.completedFuture(null);
    }

    private boolean isOwn(Optional<Node> live) {
        return live.isPresent() && live.get().ephemeralOwner() == session;
    }

    private void onReplaced(long epoch) {
        if (!stopped) {
            stop();
            LOG.error("Replaced as broker {} by brokerEpoch {}", registration.brokerId(), epoch);
            // Where this fails the node goes with the session; nobody may act on an old epoch's node anyway.
            delete().whenCompleteAsync((done, failed) -> listener.onReplaced(epoch), callbacks);
        }
    }

    private void stop() {
        stopped = true;
        subscriptions.forEach(Subscription::close);
    }

    private CompletionStage<Void> delete() {
        return coordinator
                .commit(List.of(new Operation.Delete(path, Operation.ANY_VERSION)))
                .thenAccept(result -> {
                    if (result instanceof CommitResult.Unknown unknown) {
                        throw new CoordinatorException(unknown.cause());
                    }
                });
    }

    private static void complete(CompletableFuture<Void> stage, @Nullable Throwable failed) {
        if (failed == null) {
            stage.complete(null);
        } else {
            stage.completeExceptionally(Stages.cause(failed));
        }
    }

    private static long epoch(Node node) {
        return NodeCodec.decode(node.path(), node.data(), BrokerNode.class).brokerEpoch();
    }

    /** Any change of this broker's nodes is news. */
    private final class BrokerWatch implements TreeListener {
        @Override
        public void onNode(Node node) {
            callbacks.execute(Announcement.this::reconcile);
        }

        @Override
        public void onDeleted(String deleted) {
            callbacks.execute(Announcement.this::reconcile);
        }

        @Override
        public void onInitialized() {
            // Each node has been told; there is nothing to add.
        }
    }
}
