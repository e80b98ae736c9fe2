package io.millrace.lab.history.check;

/** How many records there were of each kind, while they are counted. */
final class Counts {
    long events;
    long sent;
    long acknowledged;
    long refused;
    long indeterminate;
    long read;
    long commits;
    long elections;
}
