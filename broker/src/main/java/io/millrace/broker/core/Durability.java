package io.millrace.broker.core;

/** What is waited for before a record counts as stored on a replica. */
public enum Durability {
    /** The disk: survives a power cut of every replica at once. */
    FSYNC,
    /** The page cache: survives killed processes, not a power cut of all replicas at once. */
    REPLICATED
}
