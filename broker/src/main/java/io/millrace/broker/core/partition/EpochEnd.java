package io.millrace.broker.core.partition;

/**
 * Where an epoch ends in a log.
 *
 * @param endOffset start of the next epoch, or the log's end; exclusive
 */
public record EpochEnd(int epoch, long endOffset) {}
