package io.millrace.broker.replication;

import io.millrace.broker.core.Acks;
import io.millrace.broker.core.Appended;
import io.millrace.broker.core.BrokerIncarnation;
import io.millrace.broker.core.ErrorReason;
import io.millrace.broker.core.Outcome;
import io.millrace.broker.core.PartitionState;
import io.millrace.broker.core.Refusal;
import io.millrace.broker.core.Safeguard;
import io.millrace.broker.core.TopicPartition;
import io.millrace.broker.log.LogFailedException;
import io.millrace.broker.log.PartitionLog;
import io.millrace.broker.runtime.EventLoop;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One partition on this broker: its log and its present role. Pinned to one loop; only {@link #view}, {@link #loop} and
 * {@link #partition} may be used from elsewhere.
 */
final class Replica {

    private static final Logger LOG = LoggerFactory.getLogger(Replica.class);

    private final TopicPartition partition;
    private final String topic;
    private final PartitionLog log;
    private final EventLoop loop;
    private final ReplicaContext context;
    private final ParkedReads parkedReads = new ParkedReads();

    private @Nullable Assignment assignment;
    private @Nullable LeaderRole leader;
    private @Nullable FollowerRole follower;
    private @Nullable String stopped;
    private long highWatermark;
    private volatile ReplicaView view;

    Replica(TopicPartition partition, String topic, PartitionLog log, EventLoop loop, ReplicaContext context) {
        this.partition = partition;
        this.topic = topic;
        this.log = log;
        this.loop = loop;
        this.context = context;
        this.highWatermark = log.logStartOffset();
        this.view = new ReplicaView(
                false, PartitionState.NO_LEADER, -1, highWatermark, highWatermark, log.logEndOffset(), false);
    }

    TopicPartition partition() {
        return partition;
    }

    /** The topic's name, for people and for {@link TopicDeletions}. */
    String topic() {
        return topic;
    }

    EventLoop loop() {
        return loop;
    }

    PartitionLog log() {
        return log;
    }

    ParkedReads parkedReads() {
        return parkedReads;
    }

    ReplicaView view() {
        return view;
    }

    /** The controller's wish, newer or not: only what is newer counts, so it may come late or twice (R18, R30). */
    void onAssignment(Assignment wanted) {
        Assignment before = assignment;
        boolean sameEpoch =
                before != null && before.state().leaderEpoch() == wanted.state().leaderEpoch();
        if (before != null
                && wanted.state().partitionEpoch() < before.state().partitionEpoch()
                && context.settings().safeguards().has(Safeguard.R18_STATE_NEVER_GOES_BACK)) {
            return;
        }
        if (isBehindTheLog(wanted.state())) {
            return;
        }
        assignment = wanted;
        log.failure().ifPresent(this::onLogFailed);
        if (stopped != null) {
            return;
        }
        if (sameEpoch && context.settings().safeguards().has(Safeguard.R29_SAME_EPOCH_SAME_ROLE)) {
            if (leader != null) {
                leader.onAssignment(wanted);
            }
            publish();
            return;
        }
        changeRole(wanted);
    }

    /** The broker is about to stop: its leader hears it. */
    void onLeaving() {
        FollowerRole following = follower;
        if (following != null) {
            following.tellEnds();
        }
    }

    /**
     * In a state that this log has outlived, by a server that lags or by a copy that was put back, another broker may lead
     * with less, and would have the rest cut. A newer state may come; until then there is no role here (R36). Later states
     * are held against the one before (R18).
     */
    private boolean isBehindTheLog(PartitionState state) {
        if (assignment != null
                || state.leaderEpoch() >= log.epochs().lastEpoch()
                || !context.settings().safeguards().has(Safeguard.R36_THE_LOG_KNOWS_ITS_EPOCH)) {
            return false;
        }
        LOG.error(
                "{}-{} ({}): takes no role in epoch {}: its log is of epoch {}, so the state is an old one",
                topic,
                partition.partition(),
                partition.topicId(),
                state.leaderEpoch(),
                log.epochs().lastEpoch());
        return true;
    }

    private void changeRole(Assignment wanted) {
        PartitionState state = wanted.state();
        leaveRole("leader epoch " + state.leaderEpoch() + " has begun");
        if (isLedHere(state)) {
            LOG.info(
                    "{}-{} ({}): leads in epoch {}, from offset {}",
                    topic,
                    partition.partition(),
                    partition.topicId(),
                    state.leaderEpoch(),
                    log.logEndOffset());
            LeaderRole role = new LeaderRole(this, context, wanted, highWatermark);
            leader = role;
            publish();
            role.start();
        } else if (state.leader() != PartitionState.NO_LEADER
                && state.leader() != context.self().id()) {
            LOG.info(
                    "{}-{} ({}): follows broker {} in epoch {}, from offset {}",
                    topic,
                    partition.partition(),
                    partition.topicId(),
                    state.leader(),
                    state.leaderEpoch(),
                    log.logEndOffset());
            FollowerRole role = new FollowerRole(this, context, wanted, highWatermark);
            follower = role;
            publish();
            role.start();
        } else {
            LOG.info(
                    "{}-{} ({}): has no leader in epoch {}",
                    topic,
                    partition.partition(),
                    partition.topicId(),
                    state.leaderEpoch());
            publish();
        }
    }

    private boolean isLedHere(PartitionState state) {
        return context.settings().safeguards().has(Safeguard.R44_LEADERSHIP_NAMES_THE_INCARNATION)
                ? state.isLedBy(context.self())
                : state.leader() == context.self().id();
    }

    private void leaveRole(String why) {
        LeaderRole leading = leader;
        if (leading != null) {
            highWatermark = leading.highWatermark();
            leader = null;
            publish();
            leading.close(why, notLeader());
        }
        FollowerRole following = follower;
        if (following != null) {
            highWatermark = following.highWatermark();
            follower = null;
            following.close();
        }
    }

    /** Makes what readers may know follow what the loop knows. */
    void publish() {
        LeaderRole leading = leader;
        FollowerRole following = follower;
        PartitionState state = assignment == null ? null : assignment.state();
        if (leading != null) {
            highWatermark = leading.highWatermark();
        } else if (following != null) {
            highWatermark = following.highWatermark();
        }
        view = new ReplicaView(
                leading != null,
                state == null ? PartitionState.NO_LEADER : state.leader(),
                state == null ? -1 : state.leaderEpoch(),
                log.logStartOffset(),
                highWatermark,
                log.logEndOffset(),
                leading != null && leading.isHighWatermarkProven());
    }

    void produce(ByteBuffer batch, Acks acks, long timeoutNs, Consumer<Outcome<Appended>> reply) {
        LeaderRole leading = leader;
        if (leading == null) {
            reply.accept(Outcome.no(notLeader()));
        } else {
            leading.produce(batch, acks, timeoutNs, reply);
        }
    }

    void onFollowerOpen(FollowerSession session, FollowerMessage.Open open) {
        LeaderRole leading = leader;
        if (leading != null) {
            leading.onOpen(session, open);
        } else {
            session.refuse(open);
        }
    }

    void onFollowerAck(BrokerIncarnation from, FollowerMessage.Ack ack) {
        LeaderRole leading = leader;
        if (leading != null) {
            leading.onAck(from, ack);
        }
    }

    /** Why this broker does not serve the partition to clients, as a refusal with a hint. */
    Refusal notLeader() {
        String why = stopped;
        if (why != null) {
            return Refusal.definite(
                    ErrorReason.STORAGE_FAILED, "Partition " + partition + " is offline on this broker: " + why);
        }
        ReplicaView now = view;
        return Refusal.notLeader(partition, now.leader(), now.leaderEpoch());
    }

    /** The first error of the disk: this partition goes offline here at once, and no second try is made (D2, D3). */
    void onLogFailed(LogFailedException failure) {
        if (stopped == null) {
            LOG.error(
                    "{}-{} ({}): its log failed, the partition goes offline on this broker",
                    topic,
                    partition.partition(),
                    partition.topicId(),
                    failure);
            halt("its log failed: " + failure.getMessage());
        }
    }

    /** Offline until the broker is started again. */
    void halt(String why) {
        stopped = why;
        leaveRole(why);
        parkedReads.refuseAll(notLeader());
        publish();
        context.failed().accept(partition);
    }

    /** The topic is gone, or the broker stops. */
    void close(String why) {
        if (stopped == null) {
            stopped = why;
            leaveRole(why);
            parkedReads.refuseAll(notLeader());
        }
    }

    @Override
    public String toString() {
        return topic + "-" + partition.partition();
    }
}
