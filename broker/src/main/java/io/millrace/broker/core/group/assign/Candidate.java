package io.millrace.broker.core.group.assign;

import io.millrace.broker.core.TopicPartition;
import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A member that is to get partitions.
 *
 * @param name by which members are ordered: one that stays the same when a process starts again, where it has one
 * @param topics names of those that it wants; the caller's set, which must not change: many members mostly share one
 * @param holds what it has now; some of it may not be there any more
 * @param rack where it stands, null where it does not say
 */
public record Candidate(
        String name,
        Set<String> topics,
        Set<TopicPartition> holds,
        @Nullable String rack) {
    public Candidate {
        holds = Collections.unmodifiableSet(new TreeSet<>(holds));
    }
}
