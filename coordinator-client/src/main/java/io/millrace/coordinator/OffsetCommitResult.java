package io.millrace.coordinator;

/** What became of a commit of offsets. */
public enum OffsetCommitResult {
    /** All of it is stored. */
    COMMITTED,
    /** None of it is stored: others wrote the same group's nodes each time. Trying again later may help. */
    CONFLICT,
    /** None of it is stored: it does not fit into one transaction. */
    TOO_LARGE
}
