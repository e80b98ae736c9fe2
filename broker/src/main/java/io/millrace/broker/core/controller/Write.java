package io.millrace.broker.core.controller;

import io.millrace.broker.core.BrokerIncarnation;
import io.millrace.broker.core.InvariantViolation;
import io.millrace.broker.core.PartitionState;
import io.millrace.broker.core.TopicImage;
import java.util.List;

/** Something to be recorded. */
public sealed interface Write {

    void deliverTo(Receiver receiver);

    /** A new topic with the first state of all its partitions. */
    record CreateTopic(TopicImage topic) implements Write {
        @Override
        public void deliverTo(Receiver receiver) {
            receiver.onCreateTopic(this);
        }
    }

    /** A topic is to be forgotten with all its states. */
    record DeleteTopic(TopicImage topic) implements Write {
        @Override
        public void deliverTo(Receiver receiver) {
            receiver.onDeleteTopic(this);
        }
    }

    /**
     * One partition changes.
     *
     * @param joining members new in the ISR: to be recorded only if each of these incarnations is still its broker's
     *     newest at that moment (R25)
     */
    record ChangePartition(
            String topic,
            int partition,
            PartitionState before,
            PartitionState after,
            Cause cause,
            List<BrokerIncarnation> joining)
            implements Write {

        public ChangePartition {
            joining = List.copyOf(joining);
            String what = topic + "-" + partition + " from " + before + " to " + after;
            InvariantViolation.check(MembershipRules.problem(after).isEmpty(), "INV-CTL-1", what);
            InvariantViolation.check(
                    after.leader() == before.leader()
                            || after.leader() == PartitionState.NO_LEADER
                            || before.members().contains(after.leader())
                            || (cause == Cause.UNCLEAN && before.members().isEmpty()),
                    "INV-CTL-2",
                    what);
            InvariantViolation.check(
                    after.partitionEpoch() == before.partitionEpoch() + 1
                            && after.leaderEpoch() == before.leaderEpoch() + (cause.isElection() ? 1 : 0),
                    "INV-CTL-3",
                    what);
        }

        @Override
        public void deliverTo(Receiver receiver) {
            receiver.onChangePartition(this);
        }
    }

    /** Why a partition changes. */
    enum Cause {
        /** Its leader is gone or restarted, and another replica leads. */
        LEADER_LOST,
        /** Its leader is gone, and nobody in the ISR is there to follow it. */
        NOBODY_LEFT,
        /** It had no leader, and a member of ISR or ELR is back. */
        MEMBER_RETURNED,
        /** Its leader is about to stop, and another replica leads. */
        HANDED_OVER,
        /** Its leader lives and gets nowhere, and another replica leads. */
        LEADER_STALLED,
        /** The first replica of its assignment is in sync again, and leads. */
        PREFERRED_RETURNED,
        /** Nobody was left who is known to have everything, and a person had one of the others elected. */
        UNCLEAN,
        /** Followers are gone, about to stop, or have lost what they acknowledged. */
        FOLLOWER_LOST,
        /** It has no leader, and a member that is back has lost what it had acknowledged. */
        RESTART_UNPROVEN,
        /** Its leader asked for it. */
        ISR_PROPOSED;

        /** Whether the partition's leadership begins anew, with a higher leader epoch. */
        public boolean isElection() {
            return switch (this) {
                case LEADER_LOST,
                        NOBODY_LEFT,
                        MEMBER_RETURNED,
                        HANDED_OVER,
                        LEADER_STALLED,
                        PREFERRED_RETURNED,
                        UNCLEAN -> true;
                case FOLLOWER_LOST, RESTART_UNPROVEN, ISR_PROPOSED -> false;
            };
        }
    }

    /** One method for each kind of write. */
    interface Receiver {
        void onCreateTopic(CreateTopic write);

        void onDeleteTopic(DeleteTopic write);

        void onChangePartition(ChangePartition write);
    }
}
