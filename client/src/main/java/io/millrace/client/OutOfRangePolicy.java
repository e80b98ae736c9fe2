package io.millrace.client;

/** What a consumer does where the offset it wants is below the log's start or beyond its end. */
public enum OutOfRangePolicy {
    /** Tells the application, which alone knows what the records are worth that it would skip or read twice. */
    FAIL,
    /** Goes on at the log's start. */
    EARLIEST,
    /** Goes on at the end. */
    LATEST
}
