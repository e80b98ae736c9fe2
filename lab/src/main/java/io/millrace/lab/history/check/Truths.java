package io.millrace.lab.history.check;

import io.millrace.lab.history.BrokerEvent.TopicGone;
import io.millrace.lab.history.HistoryListener;
import io.millrace.lab.history.Partition;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** What is known of each partition. */
final class Truths implements HistoryListener {

    private final Map<Partition, Truth> truths = new HashMap<>();
    private final Set<String> gone = new HashSet<>();

    Truth of(Partition partition) {
        return truths.computeIfAbsent(partition, first -> {
            Truth truth = new Truth(first);
            if (gone.contains(first.topic())) {
                truth.forget();
            }
            return truth;
        });
    }

    boolean isGone(Partition partition) {
        return gone.contains(partition.topic());
    }

    Collection<Truth> all() {
        return truths.values();
    }

    @Override
    public void on(TopicGone event, long place) {
        gone.add(event.topic());
        truths.forEach((partition, truth) -> {
            if (partition.topic().equals(event.topic())) {
                truth.forget();
            }
        });
    }
}
