package io.millrace.broker.log;

/**
 * What an append did.
 *
 * @param baseOffset of the first record, inclusive
 * @param nextOffset the log end after it, exclusive
 * @param bytes written
 */
public record AppendInfo(long baseOffset, long nextOffset, int bytes) {}
