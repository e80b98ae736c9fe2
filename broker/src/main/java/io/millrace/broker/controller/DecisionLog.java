package io.millrace.broker.controller;

import io.millrace.broker.core.PartitionState;
import io.millrace.broker.core.controller.Write;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** Tells operators what the controller has recorded, and why. */
final class DecisionLog implements Write.Receiver {

    private static final Logger LOG = LoggerFactory.getLogger(DecisionLog.class);

    @Override
    public void onCreateTopic(Write.CreateTopic write) {
        LOG.info(
                "Topic {} is created: id {}, {} partitions, replication factor {}",
                write.topic().name(),
                write.topic().topicId(),
                write.topic().partitionCount(),
                write.topic().replicationFactor());
    }

    @Override
    public void onDeleteTopic(Write.DeleteTopic write) {
        LOG.info(
                "Topic {} is deleted: id {}",
                write.topic().name(),
                write.topic().topicId());
    }

    @Override
    public void onChangePartition(Write.ChangePartition write) {
        LOG.atLevel(write.cause() == Write.Cause.UNCLEAN ? Level.WARN : Level.INFO)
                .log(
                        "Partition {}-{}: leader {}, leaderEpoch {}, ISR {} -> leader {}, leaderEpoch {}, ISR {}: {}",
                        write.topic(),
                        write.partition(),
                        leader(write.before()),
                        write.before().leaderEpoch(),
                        write.before().isr(),
                        leader(write.after()),
                        write.after().leaderEpoch(),
                        write.after().isr(),
                        reason(write.cause()));
    }

    private static String leader(PartitionState state) {
        return state.leader() == PartitionState.NO_LEADER ? "none" : state.leader() + "@" + state.leaderBrokerEpoch();
    }

    private static String reason(Write.Cause cause) {
        return switch (cause) {
            case LEADER_LOST -> "the leader is gone or restarted";
            case NOBODY_LEFT -> "the leader is gone, and so is every other in-sync replica";
            case MEMBER_RETURNED -> "an in-sync replica is back";
            case HANDED_OVER -> "the leader is about to stop";
            case LEADER_STALLED ->
                "the leader's disk stands still, or it is out of touch with the controller or with its followers";
            case PREFERRED_RETURNED -> "the preferred leader is in sync";
            case UNCLEAN ->
                "an unclean election was asked for, nobody being left who has everything for certain: acknowledged"
                        + " records may be lost";
            case FOLLOWER_LOST -> "a follower is gone, about to stop, or has lost data";
            case RESTART_UNPROVEN -> "a member is back and may have lost data";
            case ISR_PROPOSED -> "the leader proposed it";
        };
    }
}
