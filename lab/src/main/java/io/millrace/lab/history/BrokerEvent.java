package io.millrace.lab.history;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/** What brokers did and what is recorded of them, and what was done to them. */
public sealed interface BrokerEvent extends HistoryEvent {

    /**
     * The controller recorded a new state of a partition.
     *
     * @param leader -1 for none
     * @param leaderProcess of whom: one incarnation, in the words in which it stamps its own events; "" where unknown
     */
    record StateRecorded(
            Stamp at,
            @JsonProperty("tp") Partition partition,
            int partitionEpoch,
            int leaderEpoch,
            int leader,
            String leaderProcess,
            List<Integer> isr,
            List<Integer> elr)
            implements BrokerEvent {
        public StateRecorded {
            isr = List.copyOf(isr);
            elr = List.copyOf(elr);
        }

        @Override
        public void tell(HistoryListener listener, long place) {
            listener.on(this, place);
        }
    }

    /** The broker leads the partition. */
    record Leading(Stamp at, @JsonProperty("tp") Partition partition, int leaderEpoch) implements BrokerEvent {
        @Override
        public void tell(HistoryListener listener, long place) {
            listener.on(this, place);
        }
    }

    /** The broker appended as leader. */
    record Appended(Stamp at, @JsonProperty("tp") Partition partition, int leaderEpoch, long offset, int count)
            implements BrokerEvent {
        public Appended {
            Bounds.checkOffset(offset);
            Bounds.checkValues(0, count);
        }

        @Override
        public void tell(HistoryListener listener, long place) {
            listener.on(this, place);
        }
    }

    /** The broker, which leads, has a new high watermark (exclusive). */
    record HighWatermark(
            Stamp at,
            @JsonProperty("tp") Partition partition,
            int leaderEpoch,
            @JsonProperty("hw") long highWatermark) implements BrokerEvent {
        @Override
        public void tell(HistoryListener listener, long place) {
            listener.on(this, place);
        }
    }

    /**
     * The broker has cut its log: what was at {@code toOffset} and behind is gone.
     *
     * @param highWatermark that it had
     */
    record Truncated(
            Stamp at,
            @JsonProperty("tp") Partition partition,
            long fromOffset,
            long toOffset,
            @JsonProperty("hw") long highWatermark)
            implements BrokerEvent {
        @Override
        public void tell(HistoryListener listener, long place) {
            listener.on(this, place);
        }
    }

    /** The topic is deleted, and with it what was promised of it. */
    record TopicGone(Stamp at, String topic) implements BrokerEvent {
        @Override
        public void tell(HistoryListener listener, long place) {
            listener.on(this, place);
        }
    }

    /** A fault begins or is made good. For people; nothing is checked by it. */
    record FaultChanged(Stamp at, String fault, String target, boolean begins) implements BrokerEvent {
        @Override
        public void tell(HistoryListener listener, long place) {
            listener.on(this, place);
        }
    }
}
