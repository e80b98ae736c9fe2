package io.millrace.bench;

import io.millrace.bench.load.Measured;

/**
 * One run.
 *
 * @param block counted from 1
 */
record RunRecord(Cell cell, int block, Contestant contestant, Measured measured) {}
