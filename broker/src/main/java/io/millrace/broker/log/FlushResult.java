package io.millrace.broker.log;

/** How a request to {@link GroupCommit} ended. */
public sealed interface FlushResult {

    /**
     * Everything appended before the request is stored as the log's durability demands.
     *
     * @param stableEndOffset the log's, exclusive
     */
    record Stored(long stableEndOffset) implements FlushResult {}

    /** Nothing is known of what was appended before the request; the log has failed. */
    record Failed(LogFailedException cause) implements FlushResult {}
}
