package io.millrace.lab.simulation.seam;

import java.util.ArrayDeque;

/** Whose tasks some tasks are: a broker's process from its start to its end, a client, or the world around them. */
public final class SimProcess {

    private final int number;
    private final String name;
    private final ArrayDeque<Runnable> held = new ArrayDeque<>();
    private boolean paused;
    private boolean dead;

    SimProcess(int number, String name) {
        this.number = number;
        this.name = name;
    }

    /** Unique in a run, in the order in which processes were made. */
    public int number() {
        return number;
    }

    public boolean isDead() {
        return dead;
    }

    public boolean isPaused() {
        return paused;
    }

    /** From now on no task of this process runs. */
    public void kill() {
        dead = true;
        held.clear();
    }

    /** As SIGSTOP does: what comes up waits for {@link SimTime#resume}. */
    public void pause() {
        paused = true;
    }

    void hold(Runnable task) {
        held.add(task);
    }

    /** What has waited, in the order in which it came. */
    ArrayDeque<Runnable> takeHeld() {
        paused = false;
        ArrayDeque<Runnable> taken = new ArrayDeque<>(held);
        held.clear();
        return taken;
    }

    @Override
    public String toString() {
        return name;
    }
}
