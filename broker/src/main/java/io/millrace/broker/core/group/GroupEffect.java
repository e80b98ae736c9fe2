package io.millrace.broker.core.group;

import io.millrace.broker.core.Refusal;
import io.millrace.broker.core.TopicPartition;
import java.util.SortedSet;

/** What {@link ConsumerGroup} wants done, in the order given. */
public sealed interface GroupEffect {

    void deliverTo(Receiver receiver);

    /** Store it in place of the one before, and tell {@link ConsumerGroup#onStored}. One at a time. */
    record Store(GroupRecord record) implements GroupEffect {
        @Override
        public void deliverTo(Receiver receiver) {
            receiver.onStore(this);
        }
    }

    /**
     * Tell the member all that it may read. What it has beyond that it has to let go of, and to say so.
     *
     * @param generation that its commits name from now on
     */
    record Assign(String memberId, long generation, SortedSet<TopicPartition> partitions) implements GroupEffect {
        @Override
        public void deliverTo(Receiver receiver) {
            receiver.onAssign(this);
        }
    }

    /** It is no member any more, and owns nothing. */
    record Expel(String memberId, Refusal why) implements GroupEffect {
        @Override
        public void deliverTo(Receiver receiver) {
            receiver.onExpel(this);
        }
    }

    /** One method for each kind of effect. */
    interface Receiver {
        void onStore(Store effect);

        void onAssign(Assign effect);

        void onExpel(Expel effect);
    }
}
