package io.millrace.broker.core.group;

import io.millrace.broker.core.TopicPartition;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/**
 * A member as its coordinator sees it.
 *
 * @param config null while a new coordinator waits for it to come back
 * @param reads what it may read
 * @param releases what it has still to let go of
 * @param silentMs since it was heard last; -1 while it is awaited
 */
public record MemberView(
        String id,
        @Nullable String instanceId,
        @Nullable MemberConfig config,
        SortedSet<TopicPartition> reads,
        SortedSet<TopicPartition> releases,
        long silentMs) {}
