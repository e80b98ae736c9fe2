package io.millrace.client;

/**
 * What a machine that sends has to keep to.
 *
 * @param isIdempotent whether batches name their producer, so that each may be sent again whatever became of it
 */
record SendRules(boolean isIdempotent) {
    /** As many as the log remembers of a producer: each of them is recognised when it is sent again. */
    private static final int MAX_BATCHES = 5;

    /** A leader that answers no sooner is asked about, elsewhere. As long as brokers wait before they call one dead. */
    static final long STALL_NS = 1_000_000_000L;

    /** How long a leader that others have replaced may take to say so itself. */
    static final long MOVE_GRACE_NS = 400_000_000L;

    /** A stream whose window has not come by then leads nowhere. */
    static final long OPEN_TIMEOUT_NS = 4_000_000_000L;

    /** Beyond the 30 s after which a broker says that a batch was not committed. */
    static final long ANSWER_TIMEOUT_NS = 35_000_000_000L;

    /**
     * How many batches of a partition, from the first that is not acknowledged, may be on their way. Without a producer
     * only one: one that was refused could be overtaken by the one behind it.
     */
    int maxBatches() {
        return isIdempotent ? MAX_BATCHES : 1;
    }
}
