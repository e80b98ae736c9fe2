package io.millrace.broker.replication;

import io.millrace.broker.core.TopicPartition;

/** What a follower says on its stream to a leader, after {@link Hello}. */
public sealed interface FollowerMessage {

    TopicPartition partition();

    /** The epoch of the leader that the follower means: any other leader refuses (R6). */
    int leaderEpoch();

    void deliverTo(Receiver receiver);

    /**
     * Asks to follow from {@code fetchOffset} on (N9).
     *
     * @param lastFetchedEpoch epoch of the follower's last batch, -1 where its log is empty
     * @param fetchOffset the follower's log end, exclusive
     * @param durableEndOffset at most {@code fetchOffset}
     * @param isLeaving whether the follower is about to stop: then it counts as before, and is not to be proposed
     */
    record Open(
            TopicPartition partition,
            int leaderEpoch,
            int lastFetchedEpoch,
            long fetchOffset,
            long durableEndOffset,
            boolean isLeaving)
            implements FollowerMessage {
        @Override
        public void deliverTo(Receiver receiver) {
            receiver.onOpen(this);
        }
    }

    /**
     * The follower's log has grown, or more of it has become durable, or it is about to stop. Both ends are exclusive.
     *
     * @param isLeaving as for {@link Open}
     */
    record Ack(TopicPartition partition, int leaderEpoch, long endOffset, long durableEndOffset, boolean isLeaving)
            implements FollowerMessage {
        @Override
        public void deliverTo(Receiver receiver) {
            receiver.onAck(this);
        }
    }

    /** The follower follows this partition no more. */
    record Close(TopicPartition partition, int leaderEpoch) implements FollowerMessage {
        @Override
        public void deliverTo(Receiver receiver) {
            receiver.onClose(this);
        }
    }

    /** One method for each kind of message. */
    interface Receiver {
        void onOpen(Open open);

        void onAck(Ack ack);

        void onClose(Close close);
    }
}
