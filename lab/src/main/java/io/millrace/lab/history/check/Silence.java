package io.millrace.lab.history.check;

/**
 * A time without an acknowledgement.
 *
 * @param fromWallMs when it began, for people
 * @param fromNs when it began, monotonic
 */
public record Silence(long fromWallMs, long fromNs, long lengthNs) {}
