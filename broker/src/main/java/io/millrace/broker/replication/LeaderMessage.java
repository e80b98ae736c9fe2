package io.millrace.broker.replication;

import io.millrace.broker.core.TopicPartition;
import java.nio.ByteBuffer;

/** What a leader says to a follower. Each names the leader epoch it speaks for: answers of another are dropped (R8). */
public sealed interface LeaderMessage {

    TopicPartition partition();

    int leaderEpoch();

    void deliverTo(Receiver receiver);

    /** Following begins: batches come from the offset that was asked for. */
    record Opened(TopicPartition partition, int leaderEpoch, long logStartOffset, long highWatermark)
            implements LeaderMessage {
        @Override
        public void deliverTo(Receiver receiver) {
            receiver.onOpened(this);
        }
    }

    /**
     * The logs differ (N9): the follower has to cut and to ask again.
     *
     * @param epoch the largest epoch that the leader knows and that is not above the one asked for
     * @param endOffset where that epoch ends in the leader's log, exclusive
     */
    record Diverging(TopicPartition partition, int leaderEpoch, int epoch, long endOffset) implements LeaderMessage {
        @Override
        public void deliverTo(Receiver receiver) {
            receiver.onDiverging(this);
        }
    }

    /**
     * Batches, or none where only the high watermark moved.
     *
     * @param batches whole batches from the follower's log end on; read-only
     */
    record Data(TopicPartition partition, int leaderEpoch, long logStartOffset, long highWatermark, ByteBuffer batches)
            implements LeaderMessage {
        @Override
        public void deliverTo(Receiver receiver) {
            receiver.onData(this);
        }
    }

    /**
     * Following is refused or has ended.
     *
     * @param logStartOffset where the leader's log begins, with OUT_OF_RANGE; else -1
     */
    record Refused(TopicPartition partition, int leaderEpoch, Reason reason, long logStartOffset)
            implements LeaderMessage {
        @Override
        public void deliverTo(Receiver receiver) {
            receiver.onRefused(this);
        }
    }

    /** Why following is refused; the meaning of each stands in replication_service.proto. */
    enum Reason {
        FENCED_LEADER_EPOCH,
        UNKNOWN_LEADER_EPOCH,
        NOT_LEADER,
        NOT_A_REPLICA,
        STALE_BROKER_EPOCH,
        OUT_OF_RANGE,
        STORAGE_FAILED
    }

    /** One method for each kind of message. */
    interface Receiver {
        void onOpened(Opened opened);

        void onDiverging(Diverging diverging);

        void onData(Data data);

        void onRefused(Refused refused);
    }
}
