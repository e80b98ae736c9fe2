package io.millrace.broker.log;

/**
 * The record that a search by time found.
 *
 * @param timestampMs its own
 */
public record TimestampOffset(long offset, long timestampMs, int leaderEpoch) {}
