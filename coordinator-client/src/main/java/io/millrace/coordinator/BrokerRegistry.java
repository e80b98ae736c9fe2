package io.millrace.coordinator;

import io.millrace.coordinator.tree.LiveNode;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * This process's place among the brokers: a number that no other process start has, and a live node that is made again
 * after every lost session. One object per process start. Any thread may call; stages complete and listeners run on
 * {@code callbacks}.
 */
public final class BrokerRegistry {

    private final Coordinator coordinator;
    private final Executor callbacks;
    private @Nullable Announcement announcement;

    /** @param callbacks runs one task at a time and in order */
    public BrokerRegistry(Coordinator coordinator, Executor callbacks) {
        this.coordinator = coordinator;
        this.callbacks = callbacks;
    }

    /**
     * Matches {@code /cluster} or makes it, makes the fixed nodes of the tree, and takes the next brokerEpoch. To be
     * called once per process start: each call takes a new brokerEpoch, and so does a try whose answer was lost.
     *
     * <p>Fails with {@link RegistrationRefusedException} where this process must not join, with
     * {@link CoordinatorException} where the service did not answer (call again), and with
     * {@link io.millrace.coordinator.tree.MalformedNodeException} where the tree holds something else.
     */
    public CompletionStage<Registration> register(BrokerIdentity identity) {
        return new RegistrationSteps(coordinator, identity).run().thenApplyAsync(done -> done, callbacks);
    }

    /**
     * Puts up the live node and keeps it up until {@link #withdraw}: after a lost session, and if anybody deletes it
     * while this process lives. The stage completes when it is there for the first time, however long that takes; it
     * fails where the tree cannot be read.
     */
    public synchronized CompletionStage<Void> announce(
            Registration registration, LiveNode live, ReplacedListener listener) {
        if (announcement != null) {
            throw new IllegalStateException("Announced already");
        }
        Announcement made = new Announcement(coordinator, callbacks, registration, live, listener);
        announcement = made;
        return made.start();
    }

    /**
     * Puts the live node up again where it is missing. To be called about once a second: somebody who takes this broker for
     * dead may delete the node so soon after it was put up that no watch ever shows it.
     */
    public synchronized void recheck() {
        if (announcement != null) {
            announcement.recheck();
        }
    }

    /**
     * Takes the live node down: a clean stop. Fails with {@link CoordinatorException} where the service did not answer;
     * the node then goes with the session.
     */
    public synchronized CompletionStage<Void> withdraw() {
        return announcement == null ? CompletableFuture.completedFuture(null) : announcement.withdraw();
    }
}
