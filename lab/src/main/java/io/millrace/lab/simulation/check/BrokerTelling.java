package io.millrace.lab.simulation.check;

import io.millrace.broker.core.BrokerIncarnation;
import io.millrace.broker.core.TopicPartition;
import io.millrace.broker.replication.ReplicaView;
import io.millrace.lab.history.BrokerEvent.Appended;
import io.millrace.lab.history.BrokerEvent.HighWatermark;
import io.millrace.lab.history.BrokerEvent.Leading;
import io.millrace.lab.history.BrokerEvent.Truncated;

/** Tells what one process of a broker does with one replica. */
final class BrokerTelling {

    private final Telling telling;
    private final TopicPartition partition;
    private final String process;
    private int ledEpoch = -1;
    private long toldWatermark = -1;

    BrokerTelling(Telling telling, TopicPartition partition, BrokerIncarnation process) {
        this.telling = telling;
        this.partition = partition;
        this.process = process(process);
    }

    /** As histories name it. */
    static String process(BrokerIncarnation broker) {
        return "broker-" + broker.id() + "#" + broker.epoch();
    }

    /** Its view has changed, or its log. */
    void onView(ReplicaView view) {
        if (!view.leading()) {
            return;
        }
        if (view.leaderEpoch() != ledEpoch) {
            ledEpoch = view.leaderEpoch();
            toldWatermark = -1;
            telling.tell(process, at -> new Leading(at, telling.partition(partition), view.leaderEpoch()));
        }
        if (view.highWatermark() != toldWatermark) {
            toldWatermark = view.highWatermark();
            telling.tell(
                    process,
                    at -> new HighWatermark(
                            at, telling.partition(partition), view.leaderEpoch(), view.highWatermark()));
        }
    }

    /** Its log has one more record. */
    void onEntry(ReplicaView view, long offset, Entry entry) {
        if (view.leading() && view.leaderEpoch() == entry.leaderEpoch()) {
            telling.tell(process, at -> new Appended(at, telling.partition(partition), entry.leaderEpoch(), offset, 1));
        }
    }

    void onCut(long from, long to, long highWatermark) {
        telling.tell(process, at -> new Truncated(at, telling.partition(partition), from, to, highWatermark));
    }
}
