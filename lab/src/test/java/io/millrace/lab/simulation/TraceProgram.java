package io.millrace.lab.simulation;

import io.millrace.broker.core.Safeguards;

/** Prints the trace hashes of some seeds: what another JVM is run for. */
final class TraceProgram {

    static final int SEEDS = 4;

    private TraceProgram() {}

    public static void main(String[] args) {
        System.out.println(hashes());
    }

    static String hashes() {
        StringBuilder hashes = new StringBuilder();
        for (long seed = 1; seed <= SEEDS; seed++) {
            hashes.append(String.format(
                    "%016x ",
                    new Simulation(Swarm.plan(seed, Safeguards.ALL)).run(6_000).traceHash()));
        }
        return hashes.toString().strip();
    }
}
