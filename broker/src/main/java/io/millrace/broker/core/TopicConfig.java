package io.millrace.broker.core;

/** What a topic was created with, defaults filled in. */
public record TopicConfig(Durability durability, int minInsyncReplicas, long segmentBytes, int maxBatchBytes) {}
