package io.millrace.broker.runtime;

/** The seam for time. */
public interface Clock {

    /** Monotonic; for every timeout, lease and lag. Only differences mean anything. */
    long nanoTime();

    /** Milliseconds since 1970; for record timestamps and for people, never for a decision about liveness. */
    long wallMillis();
}
