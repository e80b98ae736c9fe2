package io.millrace.broker.replication;

import io.millrace.broker.core.BrokerIncarnation;
import io.millrace.broker.core.Durability;
import io.millrace.broker.core.partition.EpochEnd;
import io.millrace.broker.core.partition.FollowerEffect;
import io.millrace.broker.core.partition.OpenVerdict;
import io.millrace.broker.core.partition.PartitionFollower;
import io.millrace.broker.log.LogFailedException;
import io.millrace.broker.log.PartitionLog;
import io.millrace.broker.runtime.EventLoop;
import io.millrace.broker.runtime.EventLoop.Cancellable;
import io.millrace.record.CorruptBatchException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows: appends and syncs what the leader sends, acknowledges it, and carries out what {@link PartitionFollower}
 * decides. Lives for one leader epoch. Loop only.
 */
final class FollowerRole implements FollowerEffect.Handler, LeaderMessage.Receiver, LeaderLinks.Followed {

    private static final Logger LOG = LoggerFactory.getLogger(FollowerRole.class);

    /** A leader that is elected may hear of it some milliseconds later than its followers do. */
    private static final long FIRST_RETRY_NS = TimeUnit.MILLISECONDS.toNanos(5);

    private final Replica replica;
    private final ReplicaContext context;
    private final PartitionLog log;
    private final EventLoop loop;
    private final BrokerIncarnation leader;
    private final int leaderEpoch;
    private final Durability durability;
    private final PartitionFollower machine;
    private final StoreRequests store;

    private @Nullable PeerStream<FollowerMessage> stream;
    private long acknowledgedEnd = -1;
    private long acknowledgedDurableEnd = -1;
    private @Nullable Cancellable retry;
    private long retryPauseNs = FIRST_RETRY_NS;
    private boolean closed;

    FollowerRole(Replica replica, ReplicaContext context, Assignment assignment, long highWatermark) {
        this.replica = replica;
        this.context = context;
        this.log = replica.log();
        this.loop = replica.loop();
        this.leader = new BrokerIncarnation(
                assignment.state().leader(), assignment.state().leaderBrokerEpoch());
        this.leaderEpoch = assignment.state().leaderEpoch();
        this.durability = assignment.config().durability();
        this.machine = new PartitionFollower(
                leaderEpoch, highWatermark, context.settings().safeguards());
        this.store = new StoreRequests(
                log, loop, context.groupCommit(), durability, this::acknowledge, replica::onLogFailed);
    }

    void start() {
        context.links().follow(replica.partition(), leader, this);
    }

    long highWatermark() {
        return machine.highWatermark();
    }

    int leaderEpoch() {
        return leaderEpoch;
    }

    @Override
    public EventLoop loop() {
        return loop;
    }

    @Override
    public void onConnected(PeerStream<FollowerMessage> connected) {
        if (!closed) {
            stream = connected;
            cancelRetry();
            apply(machine.onConnected());
        }
    }

    @Override
    public void onDisconnected() {
        stream = null;
        machine.onDisconnected();
    }

    @Override
    public void onMessage(LeaderMessage message) {
        if (!closed) {
            message.deliverTo(this);
        }
    }

    @Override
    public void onOpened(LeaderMessage.Opened opened) {
        acknowledgedEnd = -1;
        acknowledgedDurableEnd = -1;
        retryPauseNs = FIRST_RETRY_NS;
        apply(machine.onOpened(opened.leaderEpoch(), opened.highWatermark(), log.logEndOffset()));
        store.request();
        // A sync that an earlier role had asked for may have ended since the open was sent: then there is none to come.
        acknowledge();
    }

    @Override
    public void onDiverging(LeaderMessage.Diverging diverging) {
        EpochEnd end = new EpochEnd(diverging.epoch(), diverging.endOffset());
        apply(machine.onDiverging(diverging.leaderEpoch(), end, log.epochs()));
    }

    @Override
    public void onData(LeaderMessage.Data data) {
        if (!machine.accepts(data.leaderEpoch())) {
            return;
        }
        if (data.batches().hasRemaining() && !append(data)) {
            return;
        }
        apply(machine.onAppended(data.highWatermark(), log.logEndOffset()));
        acknowledge();
        store.request();
    }

    private boolean append(LeaderMessage.Data data) {
        try {
            log.appendAsFollower(data.batches(), leaderEpoch);
            return true;
        } catch (CorruptBatchException damaged) {
            LOG.warn("Partition {}: what the leader {} sent does not fit: {}", replica, leader, damaged.getMessage());
            machine.onDisconnected();
            sendOpenLater();
        } catch (LogFailedException failure) {
            replica.onLogFailed(failure);
        }
        return false;
    }

    @Override
    public void onRefused(LeaderMessage.Refused refused) {
        if (refused.leaderEpoch() != leaderEpoch) {
            return;
        }
        if (refused.reason() == LeaderMessage.Reason.NOT_LEADER
                || refused.reason() == LeaderMessage.Reason.STORAGE_FAILED) {
            machine.onDisconnected();
            sendOpenLater();
            return;
        }
        apply(machine.onRejected(
                refused.leaderEpoch(), whyOf(refused.reason()), refused.logStartOffset(), log.logEndOffset()));
    }

    private static OpenVerdict.Why whyOf(LeaderMessage.Reason reason) {
        return OpenVerdict.Why.valueOf(reason.name());
    }

    /** Tells the leader of both ends, if either has moved since it was told last. */
    private void acknowledge() {
        long end = log.logEndOffset();
        long durableEnd = log.durableEndOffset();
        boolean worthIt = durability == Durability.FSYNC ? durableEnd > acknowledgedDurableEnd : end > acknowledgedEnd;
        if (worthIt) {
            tellEnds();
        }
    }

    /** Tells the leader of both ends, and whether this broker is about to stop. */
    void tellEnds() {
        PeerStream<FollowerMessage> out = stream;
        if (out != null) {
            acknowledgedEnd = log.logEndOffset();
            acknowledgedDurableEnd = log.durableEndOffset();
            out.send(new FollowerMessage.Ack(
                    replica.partition(), leaderEpoch, acknowledgedEnd, acknowledgedDurableEnd, isLeaving()));
        }
    }

    private boolean isLeaving() {
        return context.isLeaving().getAsBoolean();
    }

    private void apply(List<FollowerEffect> effects) {
        for (FollowerEffect effect : effects) {
            if (!closed) {
                effect.applyTo(this);
            }
        }
    }

    @Override
    public void sendOpen() {
        PeerStream<FollowerMessage> out = stream;
        if (out != null) {
            out.send(new FollowerMessage.Open(
                    replica.partition(),
                    leaderEpoch,
                    log.epochs().lastEpoch(),
                    log.logEndOffset(),
                    log.durableEndOffset(),
                    isLeaving()));
        }
    }

    @Override
    public void sendOpenLater() {
        cancelRetry();
        retry = loop.schedule(retryPauseNs, () -> {
            if (!closed) {
                sendOpen();
            }
        });
        retryPauseNs = Math.min(2 * retryPauseNs, context.settings().retryNs());
    }

    /** An old timer must not ask again while the leader is sending: it would send twice. */
    private void cancelRetry() {
        Cancellable waiting = retry;
        if (waiting != null) {
            waiting.cancel();
            retry = null;
        }
    }

    @Override
    public void truncateTo(long offset) {
        LOG.info(
                "Partition {}: cuts its log from {} to {} as the leader {} of epoch {} asks",
                replica,
                log.logEndOffset(),
                offset,
                leader,
                leaderEpoch);
        try {
            log.truncateTo(offset);
        } catch (LogFailedException failure) {
            replica.onLogFailed(failure);
        }
        replica.publish();
    }

    @Override
    public void resetTo(long offset) {
        LOG.info("Partition {}: begins again at {}, where the log of {} begins", replica, offset, leader);
        try {
            log.resetTo(offset);
        } catch (LogFailedException failure) {
            replica.onLogFailed(failure);
        }
        replica.publish();
    }

    @Override
    public void setHighWatermark(long highWatermark) {
        replica.publish();
    }

    @Override
    public void halt(String why) {
        LOG.error("Partition {} stops on this broker until a person has looked: {}", replica, why);
        replica.halt(why);
    }

    /** Follows no more. */
    void close() {
        closed = true;
        cancelRetry();
        store.close();
        PeerStream<FollowerMessage> out = stream;
        if (out != null) {
            out.send(new FollowerMessage.Close(replica.partition(), leaderEpoch));
        }
        context.links().unfollow(replica.partition(), this);
    }
}
