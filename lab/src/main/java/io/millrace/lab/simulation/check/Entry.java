package io.millrace.lab.simulation.check;

/**
 * One record in a log.
 *
 * @param value unique in a run, as its producer made it
 */
record Entry(int leaderEpoch, long value) {}
