package io.millrace.broker.log;

/**
 * The first place of a log where an inspection found no good batch. At the end of the last segment it may be an append
 * that is going on.
 *
 * @param file name of the segment's file
 * @param offset that has to come there
 * @param what is wrong, in plain words
 */
public record LogDefect(String file, long position, long offset, String what) {}
