package io.millrace.lab.history;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/** What a producer or a consumer asked for and was told. */
public sealed interface ClientEvent extends HistoryEvent {

    /**
     * Records are handed over: {@code count} of them, with values from {@code value} on. A value occurs once in a history,
     * and a record that is sent again by its client is still this one.
     *
     * @param count at most a million
     * @param ordered whether this process was promised that what it sends keeps its order
     */
    record Produce(Stamp at, long op, @JsonProperty("tp") Partition partition, long value, int count, boolean ordered)
            implements ClientEvent {
        public Produce {
            Bounds.checkValues(value, count);
        }

        @Override
        public void tell(HistoryListener listener, long place) {
            listener.on(this, place);
        }
    }

    /**
     * They are stored.
     *
     * @param offset of the first; the others follow it
     * @param leaderEpoch -1 where it was not told
     * @param committed whether they are on all that are in sync, as acks ALL promises; without that they may be lost
     */
    record ProduceOk(Stamp at, long op, long offset, int leaderEpoch, boolean committed) implements ClientEvent {
        public ProduceOk {
            Bounds.checkOffset(offset);
        }

        @Override
        public void tell(HistoryListener listener, long place) {
            listener.on(this, place);
        }
    }

    /** What was asked for with {@code op}, of whatever kind, went wrong. */
    record Failed(Stamp at, long op, Certainty certainty, String error) implements ClientEvent {
        @Override
        public void tell(HistoryListener listener, long place) {
            listener.on(this, place);
        }
    }

    /**
     * Records were read. A consumer that reads on tells an answer without records too, if it likes.
     *
     * @param askedNs monotonic time before the question was sent
     * @param position that was asked for
     * @param highWatermark that came with the answer, exclusive; -1 where the client does not know it
     * @param leaderEpoch of who answered; -1 where the client does not know it
     */
    record Fetched(
            Stamp at,
            long askedNs,
            @JsonProperty("tp") Partition partition,
            long position,
            @JsonProperty("hw") long highWatermark,
            int leaderEpoch,
            List<Run> records)
            implements ClientEvent {
        public Fetched {
            Bounds.checkOffset(position);
            records = List.copyOf(records);
        }

        @Override
        public void tell(HistoryListener listener, long place) {
            listener.on(this, place);
        }
    }

    /** A consumer goes somewhere of its own will; what it reads next does not follow what it read before. */
    record Seek(Stamp at, @JsonProperty("tp") Partition partition, long offset) implements ClientEvent {
        @Override
        public void tell(HistoryListener listener, long place) {
            listener.on(this, place);
        }
    }

    /**
     * At the end of a run, with nothing under way any more: this process, made for that, has read all that there is and
     * told it in {@link Fetched}. Whatever was acknowledged and is not among that is lost.
     *
     * @param endOffset exclusive
     */
    record ReadToEnd(Stamp at, @JsonProperty("tp") Partition partition, long logStartOffset, long endOffset)
            implements ClientEvent {
        @Override
        public void tell(HistoryListener listener, long place) {
            listener.on(this, place);
        }
    }
}
