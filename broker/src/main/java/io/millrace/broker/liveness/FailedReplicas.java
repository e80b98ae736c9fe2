package io.millrace.broker.liveness;

import io.millrace.broker.core.BrokerIncarnation;
import io.millrace.broker.core.FailedLog;
import java.util.Collection;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;

/** What each broker has said last of its failed logs: beats repeat it, and only news are passed on. */
final class FailedReplicas {

    private final TreeMap<BrokerIncarnation, SortedSet<FailedLog>> told = new TreeMap<>(BrokerIncarnation.ORDER);

    void onReport(
            BrokerIncarnation from,
            Collection<FailedLog> failed,
            BiConsumer<BrokerIncarnation, SortedSet<FailedLog>> news) {
        SortedSet<FailedLog> now = Collections.unmodifiableSortedSet(new TreeSet<>(failed));
        SortedSet<FailedLog> before = told.getOrDefault(from, Collections.emptySortedSet());
        if (now.equals(before)) {
            return;
        }
        // A process that has ended has no logs any more.
        told.keySet().removeIf(broker -> broker.id() == from.id() && broker.epoch() < from.epoch());
        told.put(from, now);
        news.accept(from, now);
    }

    /** Says all of it again, for somebody who has not heard it. */
    void retell(BiConsumer<BrokerIncarnation, SortedSet<FailedLog>> news) {
        told.forEach(news);
    }
}
