package io.millrace.lab.simulation.seam;

import io.millrace.broker.runtime.EventLoop;
import io.millrace.coordinator.Operation;
import io.millrace.coordinator.memory.InMemoryCoordinator;
import io.millrace.coordinator.memory.InMemoryTree;
import io.millrace.coordinator.tree.Paths;
import java.util.ArrayList;
import java.util.List;

/**
 * The coordination service: the tree in memory, and each process's connection to it. Writes are linearizable; what a
 * client reads and watches may be late, and all the later while it lags.
 */
public final class SimEnsemble {

    private final SimTime time;
    private final Chance chance;
    private final long sessionTimeoutNs;
    private final InMemoryTree tree = new InMemoryTree();
    private final List<SimSession> sessions = new ArrayList<>();

    public SimEnsemble(SimTime time, long sessionTimeoutNs, Chance chance) {
        this.time = time;
        this.sessionTimeoutNs = sessionTimeoutNs;
        this.chance = chance.forUse("ensemble");
    }

    /** The tree itself, for who checks or meddles. */
    public InMemoryTree tree() {
        return tree;
    }

    /** A connection for {@code process}. */
    public SimSession connect(SimProcess process) {
        SimSession session = new SimSession(this, process);
        sessions.add(session);
        return session;
    }

    /** The service is away for {@code forNs}: nobody is answered, and sessions that are not heard of in time end. */
    public void goAway(long forNs) {
        List<SimSession> present = List.copyOf(sessions);
        for (SimSession session : present) {
            session.disconnect(forNs);
        }
    }

    /** Takes a broker's place in the queue for controller away, as another one does that takes it for dead. */
    public void deleteLatchOf(int brokerId) {
        for (String name : tree.connect(Runnable::run)
                .children(Paths.CONTROLLER_LATCH)
                .toCompletableFuture()
                .join()) {
            if (name.startsWith(brokerId + ":")) {
                tree.connect(Runnable::run)
                        .commit(List.of(
                                new Operation.Delete(Paths.CONTROLLER_LATCH + "/" + name, Operation.ANY_VERSION)));
            }
        }
    }

    SimTime time() {
        return time;
    }

    Chance chance() {
        return chance;
    }

    long sessionTimeoutNs() {
        return sessionTimeoutNs;
    }

    EventLoop requests() {
        return time.workers(time.world(), 50_000, 500_000);
    }

    InMemoryCoordinator client(SimLaggingLoop answers) {
        return tree.connect(answers);
    }

    void ended(SimSession session) {
        sessions.remove(session);
    }
}
