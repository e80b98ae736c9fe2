package io.millrace.coordinator;

import java.util.List;

/** What became of a transaction. */
public sealed interface CommitResult {

    /**
     * All of it happened.
     *
     * @param versions by operation: the version of its node afterwards (0 for Create, -1 for Delete and Check)
     */
    record Committed(List<Integer> versions) implements CommitResult {}

    /**
     * None of it happened.
     *
     * @param index the first operation that did not fit
     */
    record Refused(int index, Reason reason) implements CommitResult {}

    /** The connection or the session was lost before the answer: it may have happened. Read back. */
    record Unknown(String cause) implements CommitResult {}

    /** Why an operation did not fit. */
    enum Reason {
        NO_NODE,
        NODE_EXISTS,
        BAD_VERSION,
        NOT_EMPTY
    }
}
