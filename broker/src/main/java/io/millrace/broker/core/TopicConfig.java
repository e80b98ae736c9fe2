package io.millrace.broker.core;

/** What a topic was created with, defaults filled in. */
public record TopicConfig(Durability durability, int minInsyncReplicas, long segmentBytes, int maxBatchBytes) {

    public static final int MIN_SEGMENT_BYTES = 1 << 20;

    /** Well below what the log can address: an accepted topic must never be one that a broker cannot open. */
    public static final int MAX_SEGMENT_BYTES = 1 << 30;
}
