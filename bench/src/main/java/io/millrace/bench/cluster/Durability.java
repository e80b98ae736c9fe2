package io.millrace.bench.cluster;

/** What an acknowledged record survives: only clusters of one class are rivals. */
public enum Durability {
    /** The death of processes: it is in the page cache of every in-sync replica. */
    PAGE_CACHE,
    /** A power cut too: it is on every in-sync replica's disk. */
    FSYNC
}
