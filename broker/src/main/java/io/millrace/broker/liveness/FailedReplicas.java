package io.millrace.broker.liveness;

import io.millrace.broker.core.BrokerIncarnation;
import io.millrace.broker.core.TopicPartition;
import java.util.Collection;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;

/** What each broker has said last of its failed logs: beats repeat it, and only news are passed on. */
final class FailedReplicas {

    private final TreeMap<BrokerIncarnation, SortedSet<TopicPartition>> told = new TreeMap<>(BrokerIncarnation.ORDER);

    void onReport(
            BrokerIncarnation from,
            Collection<TopicPartition> failed,
            BiConsumer<BrokerIncarnation, SortedSet<TopicPartition>> news) {
        SortedSet<TopicPartition> now = Collections.unmodifiableSortedSet(new TreeSet<>(failed));
        SortedSet<TopicPartition> before = told.getOrDefault(from, Collections.emptySortedSet());
        if (now.equals(before)) {
            return;
        }
        // A process that has ended has no logs any more.
        told.keySet().removeIf(broker -> broker.id() == from.id() && broker.epoch() < from.epoch());
        told.put(from, now);
        news.accept(from, now);
    }

    /** Says all of it again, for somebody who has not heard it. */
    void retell(BiConsumer<BrokerIncarnation, SortedSet<TopicPartition>> news) {
        told.forEach(news);
    }
}
