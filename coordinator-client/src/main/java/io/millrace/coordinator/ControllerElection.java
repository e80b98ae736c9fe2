package io.millrace.coordinator;

import io.millrace.coordinator.SessionListener.SessionState;
import io.millrace.coordinator.tree.ControllerNode;
import io.millrace.coordinator.tree.Paths;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands for controller, for as long as it is open. The latch says when to try; who controls is decided by the version
 * of {@code /controller/epoch}, raised in one transaction with the proof that the own place in the queue still exists
 * (R16). Each term has a controllerEpoch of its own, higher than all before.
 *
 * <p>A term ends when the own latch node or the epoch node changes (R49), when the session is lost, or by
 * {@link #resign}; then this process queues up again behind the others. A suspended connection ends nothing: whoever was
 * elected meanwhile has raised the epoch, and that refuses the old controller's writes.
 *
 * <p>To be started after {@link BrokerRegistry#register}, which makes the nodes that it needs. Any thread may call; all
 * state belongs to {@code callbacks}, on which the listener runs.
 */
public final class ControllerElection {

    private static final Logger LOG = LoggerFactory.getLogger(ControllerElection.class);

    private final Coordinator coordinator;
    private final ControllerNode self;
    private final Executor callbacks;
    private final IntSupplier seenControllerEpoch;
    private final ElectionListener listener;
    private final List<Subscription> subscriptions = new ArrayList<>();

    private @Nullable Latch latch;
    private @Nullable ElectionClaim claim;
    private @Nullable Node epochNode;
    /** Counts the times that this process queued up; what belongs to an earlier one comes too late. */
    private long standing;

    private int controllerEpoch;
    private boolean closed;

    /**
     * @param callbacks runs one task at a time and in order
     * @param seenControllerEpoch the highest that this broker knows of, asked for at each claim
     */
    public ControllerElection(
            Coordinator coordinator,
            ControllerNode self,
            Executor callbacks,
            IntSupplier seenControllerEpoch,
            ElectionListener listener) {
        this.coordinator = coordinator;
        this.self = self;
        this.callbacks = callbacks;
        this.seenControllerEpoch = seenControllerEpoch;
        this.listener = listener;
    }

    public void start() {
        callbacks.execute(() -> {
            subscriptions.add(coordinator.watch(Paths.CONTROLLER, new ControllerWatch()));
            subscriptions.add(coordinator.watchSession((state, id) -> callbacks.execute(() -> onSession(state))));
            stand();
        });
    }

    /** Ends the term, if there is one, and queues up again; a process that is alone is soon elected anew. */
    public void resign(String why) {
        callbacks.execute(() -> {
            if (claim != null) {
                stepBack(why);
            }
        });
    }

    /** Ends the term and leaves the queue. */
    public void close() {
        callbacks.execute(() -> {
            subscriptions.forEach(Subscription::close);
            leave("closed");
            closed = true;
        });
    }

    private void stand() {
        long mine = ++standing;
        String id = ElectionQueue.id(self.brokerId(), self.brokerEpoch());
        latch = coordinator.latch(Paths.CONTROLLER_LATCH, id, new LatchListener() {
            @Override
            public void onAcquired() {
                inStanding(mine, ControllerElection.this::claim);
            }

            @Override
            public void onLost() {
                inStanding(mine, () -> stepBack("the latch is lost"));
            }
        });
    }

    private void claim() {
        Optional<String> ownNode = ownNode();
        if (ownNode.isEmpty()) {
            stepBack("there is no latch node of its own");
            return;
        }
        long mine = standing;
        ElectionClaim made = new ElectionClaim(coordinator, self, ownNode.get(), seenControllerEpoch.getAsInt());
        claim = made;
        made.run().whenComplete((epoch, failed) -> inStanding(mine, () -> onClaimed(made, epoch, failed)));
    }

    private void onClaimed(ElectionClaim made, @Nullable Integer epoch, @Nullable Throwable failed) {
        if (failed != null && Stages.cause(failed) instanceof RolledBackException old) {
            // It keeps its place and does nothing there, so that nobody who knows less governs by the old tree.
            LOG.error("Broker {} does not become controller: {}", self.brokerId(), old.getMessage());
            return;
        }
        if (epoch == null) {
            stepBack("the claim failed: "
                    + (failed == null ? "" : Stages.cause(failed).getMessage()));
            return;
        }
        controllerEpoch = epoch;
        LOG.info("Broker {} is controller with controllerEpoch {}", self.brokerId(), epoch);
        listener.onElected(epoch);
        if (epochNode != null && made.isContradictedBy(epochNode, epoch)) {
            stepBack(successor(epochNode));
        }
    }

    private void onEpochNode(Node node) {
        epochNode = node;
        if (controllerEpoch > 0 && claim != null && claim.isContradictedBy(node, controllerEpoch)) {
            stepBack(successor(node));
        }
    }

    private void onDeleted(String path) {
        if (ownNode().filter(path::equals).isPresent()) {
            stepBack("the own latch node was deleted");
        } else if (path.equals(Paths.CONTROLLER_EPOCH)) {
            epochNode = null;
            if (controllerEpoch > 0) {
                stepBack("the epoch node was deleted");
            }
        }
    }

    private void onSession(SessionState state) {
        if (state == SessionState.LOST && claim != null) {
            stepBack("the session is lost");
        }
    }

    private void stepBack(String why) {
        if (!closed) {
            leave(why);
            stand();
        }
    }

    private void leave(String why) {
        standing++;
        boolean elected = controllerEpoch > 0;
        controllerEpoch = 0;
        claim = null;
        if (elected) {
            LOG.info("Broker {} is no longer controller: {}", self.brokerId(), why);
            listener.onResigned(why);
        }
        if (latch != null) {
            latch.close();
            latch = null;
        }
    }

    private Optional<String> ownNode() {
        return latch == null ? Optional.empty() : latch.ownNode();
    }

    private static String successor(Node epochNode) {
        return "the controllerEpoch is " + epochNode.version() + ", set by " + epochNode.data();
    }

    private void inStanding(long mine, Runnable task) {
        callbacks.execute(() -> {
            if (mine == standing && !closed) {
                task.run();
            }
        });
    }

    /** Sees the queue and the epoch. */
    private final class ControllerWatch implements TreeListener {
        @Override
        public void onNode(Node node) {
            if (node.path().equals(Paths.CONTROLLER_EPOCH)) {
                callbacks.execute(() -> onEpochNode(node));
            }
        }

        @Override
        public void onDeleted(String path) {
            callbacks.execute(() -> ControllerElection.this.onDeleted(path));
        }

        @Override
        public void onInitialized() {
            // Each node has been told; there is nothing to add.
        }
    }
}
