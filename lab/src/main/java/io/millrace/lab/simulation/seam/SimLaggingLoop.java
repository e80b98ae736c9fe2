package io.millrace.lab.simulation.seam;

import java.util.ArrayDeque;
import java.util.concurrent.Executor;

/** Brings a client what the service tells it: in order, and late by as much as its server lags. */
final class SimLaggingLoop implements Executor {

    private final SimTime time;
    private final SimProcess owner;
    private final Chance chance;
    private final ArrayDeque<Runnable> queue = new ArrayDeque<>();
    private long lagUntilNs;

    SimLaggingLoop(SimTime time, SimProcess owner, Chance chance) {
        this.time = time;
        this.owner = owner;
        this.chance = chance;
    }

    @Override
    public void execute(Runnable news) {
        queue.add(news);
        time.after(delayNs(), owner, () -> queue.remove().run());
    }

    /** Whatever comes within the next {@code forNs} arrives only after that. */
    void lag(long forNs) {
        lagUntilNs = time.nanoTime() + forNs;
    }

    private long delayNs() {
        return Math.max(0, lagUntilNs - time.nanoTime()) + chance.between(50_000, 1_000_000);
    }
}
