package io.millrace.broker.replication;

import io.millrace.broker.core.Acks;
import io.millrace.broker.core.Appended;
import io.millrace.broker.core.BrokerIncarnation;
import io.millrace.broker.core.Durability;
import io.millrace.broker.core.ErrorReason;
import io.millrace.broker.core.InvariantViolation;
import io.millrace.broker.core.IsrProposal;
import io.millrace.broker.core.IsrVerdict;
import io.millrace.broker.core.Outcome;
import io.millrace.broker.core.Refusal;
import io.millrace.broker.core.Safeguard;
import io.millrace.broker.core.partition.LeaderEffect;
import io.millrace.broker.core.partition.OpenVerdict;
import io.millrace.broker.core.partition.PartitionLeader;
import io.millrace.broker.core.partition.ReplicationRules;
import io.millrace.broker.core.partition.SequenceVerdict;
import io.millrace.broker.log.AppendInfo;
import io.millrace.broker.log.LogFailedException;
import io.millrace.broker.log.LogSlice;
import io.millrace.broker.log.OffsetOutOfLogException;
import io.millrace.broker.log.PartitionLog;
import io.millrace.broker.runtime.EventLoop;
import io.millrace.broker.runtime.EventLoop.Cancellable;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Leads: appends what producers bring, feeds followers, syncs, and carries out what {@link PartitionLeader} decides. Lives
 * for one leader epoch. Loop only.
 */
final class LeaderRole implements LeaderEffect.Handler {

    private static final Logger LOG = LoggerFactory.getLogger(LeaderRole.class);

    private final Replica replica;
    private final ReplicaContext context;
    private final PartitionLog log;
    private final EventLoop loop;
    private final PartitionLeader machine;

    private final SortedMap<Integer, FollowerFeed> feeds = new TreeMap<>();
    private final Acknowledgements acknowledgements;
    private final DelayedProduces delayed;
    private final StoreRequests store;
    private final Cancellable tick;
    private IsrVerdict.Kind lastVerdict = IsrVerdict.Kind.COMMITTED;
    private boolean highWatermarkScheduled;
    private long endAtTick;
    private boolean closed;

    LeaderRole(Replica replica, ReplicaContext context, Assignment assignment, long highWatermark) {
        this.replica = replica;
        this.context = context;
        this.log = replica.log();
        this.loop = replica.loop();
        Durability durability = assignment.config().durability();
        this.machine = new PartitionLeader(
                context.self(),
                assignment.state(),
                assignment::live,
                new ReplicationRules(
                        durability,
                        assignment.config().minInsyncReplicas(),
                        context.settings().lagMaxNs(),
                        context.settings().windowBytes(),
                        context.settings().retryNs(),
                        context.settings().safeguards()),
                new PartitionLeader.LogEnds(log.logStartOffset(), log.logEndOffset(), log.durableEndOffset()),
                highWatermark,
                context.clock().nanoTime());
        this.acknowledgements = new Acknowledgements(context, loop, machine, durability);
        this.delayed =
                new DelayedProduces(loop, context.clock(), context.settings().windowBytes());
        this.store =
                new StoreRequests(log, loop, context.groupCommit(), durability, this::onStored, replica::onLogFailed);
        this.tick = new Repeating(loop, context.settings().lagMaxNs() / 4, this::onTick);
    }

    void start() {
        store.request();
        // A sync that an earlier role had asked for may have ended since the machine was made, and no other may come.
        apply(machine.onDurable(log.durableEndOffset()));
        apply(machine.onStarted());
    }

    long highWatermark() {
        return machine.highWatermark();
    }

    long logStartOffset() {
        return log.logStartOffset();
    }

    long logEndOffset() {
        return log.logEndOffset();
    }

    boolean isHighWatermarkProven() {
        return machine.isHighWatermarkProven();
    }

    int leaderEpoch() {
        return machine.leaderEpoch();
    }

    void onAssignment(Assignment assignment) {
        applyAndProceed(machine.onState(assignment.state()));
        apply(machine.onLiveBrokers(assignment::live));
    }

    void produce(ByteBuffer batch, Acks acks, long timeoutNs, Consumer<Outcome<Appended>> reply) {
        SequenceVerdict sequence = sequenceOf(batch);
        if (acks != Acks.NONE && sequence instanceof SequenceVerdict.Duplicate) {
            // In the log already: what may be appended now is no question for it.
            answerWithoutAppend(sequence, acks, timeoutNs, reply);
            return;
        }
        Refusal refusal = refusalOf(batch, acks);
        if (refusal != null) {
            reply.accept(Outcome.no(refusal));
        } else if (delayed.isEmpty() && machine.mayAppend()) {
            append(batch, acks, timeoutNs, reply);
        } else {
            delayed.add(batch, acks, timeoutNs, reply);
        }
    }

    /** Why the batch may not be appended, null where it may (N6); asked again for one that had to wait. */
    private @Nullable Refusal refusalOf(ByteBuffer batch, Acks acks) {
        if (context.storageFull().getAsBoolean()
                && context.settings().safeguards().has(Safeguard.D1_REFUSED_BEFORE_THE_DISK_IS_FULL)) {
            return Refusal.definite(
                    ErrorReason.STORAGE_FULL, "The broker's disk is nearly full; it takes no records for now");
        }
        if (acks == Acks.ALL && !machine.hasEnoughReplicas()) {
            return Refusal.definite(
                    ErrorReason.NOT_ENOUGH_REPLICAS,
                    "Only " + machine.state().isr().size() + " replicas are in sync; the topic asks for more");
        }
        if (batch.remaining() > log.config().maxBatchBytes()) {
            return Refusal.definite(
                    ErrorReason.RECORD_TOO_LARGE,
                    "The batch has " + batch.remaining() + " bytes; the partition's log takes "
                            + log.config().maxBatchBytes());
        }
        return null;
    }

    private void appendDelayed(DelayedProduces.Delayed next) {
        Refusal refusal = refusalOf(next.batch, next.acks);
        if (refusal == null) {
            long leftNs = Math.max(0, next.deadlineNs - context.clock().nanoTime());
            append(next.batch, next.acks, leftNs, next.reply);
        } else {
            next.reply.accept(Outcome.no(refusal));
        }
    }

    private void append(ByteBuffer batch, Acks acks, long timeoutNs, Consumer<Outcome<Appended>> reply) {
        Consumer<Outcome<Appended>> waiting =
                acks == Acks.NONE ? acknowledgements.answeredBeforeTheAppend(batch, reply) : reply;
        SequenceVerdict sequence = sequenceOf(batch);
        if (!(sequence instanceof SequenceVerdict.Append)) {
            answerWithoutAppend(sequence, acks, timeoutNs, waiting);
            return;
        }
        AppendInfo appended;
        try {
            appended = log.appendAsLeader(batch, machine.leaderEpoch());
        } catch (LogFailedException failure) {
            waiting.accept(Outcome.no(Refusal.indeterminate(
                    ErrorReason.STORAGE_FAILED, "The partition's log failed on this broker: " + failure.getMessage())));
            replica.onLogFailed(failure);
            return;
        }
        acknowledgements.await(appended.baseOffset(), appended.nextOffset(), acks, timeoutNs, waiting);
        List<LeaderEffect> effects = machine.onAppended(
                appended.nextOffset(), batch.remaining(), context.clock().nanoTime());
        for (FollowerFeed feed : feeds.values()) {
            feed.onAppended(batch, appended.baseOffset(), appended.nextOffset());
        }
        replica.publish();
        apply(effects);
        onOwnProgress();
        store.request();
    }

    private SequenceVerdict sequenceOf(ByteBuffer batch) {
        return context.settings().safeguards().has(Safeguard.R38_DUPLICATES_ARE_FOUND)
                ? log.sequenceVerdict(batch)
                : new SequenceVerdict.Append();
    }

    /** A batch that is in the log already waits for what its original waits for, and is answered like it (R38). */
    private void answerWithoutAppend(
            SequenceVerdict sequence, Acks acks, long timeoutNs, Consumer<Outcome<Appended>> reply) {
        if (sequence instanceof SequenceVerdict.Refused refused) {
            reply.accept(Outcome.no(refused.refusal().by(context.self().id(), machine.leaderEpoch())));
        } else if (sequence instanceof SequenceVerdict.Duplicate duplicate) {
            acknowledgements.await(
                    duplicate.original().baseOffset(), duplicate.original().endOffset(), acks, timeoutNs, reply);
            acknowledgements.onCommitted(machine.highWatermark());
            onOwnProgress();
        }
    }

    /** A follower asks to follow; {@code session} learns of the feed that serves it. */
    void onOpen(FollowerSession session, FollowerMessage.Open open) {
        BrokerIncarnation follower = session.follower();
        OpenVerdict verdict = machine.onOpen(
                follower,
                new PartitionLeader.OpenRequest(
                        open.leaderEpoch(),
                        open.lastFetchedEpoch(),
                        open.fetchOffset(),
                        open.durableEndOffset(),
                        open.isLeaving()),
                log.epochs());
        if (verdict instanceof OpenVerdict.Rejected rejected) {
            session.send(new LeaderMessage.Refused(
                    open.partition(), open.leaderEpoch(), Reasons.of(rejected.why()), log.logStartOffset()));
        } else if (verdict instanceof OpenVerdict.Diverging diverging) {
            session.send(new LeaderMessage.Diverging(
                    open.partition(),
                    open.leaderEpoch(),
                    diverging.leaderEnd().epoch(),
                    diverging.leaderEnd().endOffset()));
        } else {
            startFeed(session, open);
            applyAndProceed(((OpenVerdict.Accepted) verdict).effects());
        }
    }

    private void startFeed(FollowerSession session, FollowerMessage.Open open) {
        session.send(new LeaderMessage.Opened(
                open.partition(), open.leaderEpoch(), log.logStartOffset(), machine.highWatermark()));
        FollowerFeed feed = new FollowerFeed(
                open.partition(),
                machine.leaderEpoch(),
                this,
                session.follower(),
                session.out(),
                context.settings(),
                open.fetchOffset());
        FollowerFeed before = feeds.put(session.follower().id(), feed);
        if (before != null) {
            before.displace(session.out());
        }
        session.serve(open.partition(), feed, loop);
        feed.pump();
    }

    void onAck(BrokerIncarnation follower, FollowerMessage.Ack ack) {
        if (ack.isLeaving()) {
            machine.onLeaving(follower, ack.leaderEpoch());
        }
        applyAndProceed(machine.onAck(follower, ack.leaderEpoch(), ack.endOffset(), ack.durableEndOffset()));
        FollowerFeed feed = feeds.get(follower.id());
        if (feed != null && feed.follower.equals(follower)) {
            feed.onAcknowledged(ack.endOffset());
        }
    }

    /** That follower is not served any more, unless by another feed that has taken this one's place. */
    void onFeedClosed(FollowerFeed feed) {
        if (feeds.remove(feed.follower.id(), feed)) {
            machine.onLeft(feed.follower);
        }
    }

    /** What a follower wants next, where that is still in memory. */
    Optional<LogSlice> readTail(long offset, int maxBytes) {
        return log.readTail(offset, log.logEndOffset(), maxBytes);
    }

    /** Reads for a follower that is behind, away from the loop. */
    void readForFollower(long offset, int maxBytes, FollowerFeed feed) {
        long end = log.logEndOffset();
        context.readers().execute(() -> {
            try {
                LogSlice slice = log.read(offset, end, maxBytes);
                loop.execute(() -> feed.onRead(slice.batches(), slice.nextOffset()));
            } catch (LogFailedException failure) {
                loop.execute(() -> replica.onLogFailed(failure));
            } catch (OffsetOutOfLogException outside) {
                loop.execute(() -> onCutBelowFeed(feed, outside));
            }
        });
    }

    /** Once this broker leads no more its log may be cut while a read for a follower is under way. */
    private static void onCutBelowFeed(FollowerFeed feed, OffsetOutOfLogException outside) {
        InvariantViolation.check(feed.isClosed(), "INV-CUT-1", "a leader's log was cut below a feed: " + outside);
    }

    private void onStored() {
        apply(machine.onDurable(log.durableEndOffset()));
        onOwnProgress();
    }

    private void onOwnProgress() {
        acknowledgements.onStored(log.stableEndOffset());
    }

    private void onTick() {
        if (log.logEndOffset() == endAtTick) {
            // Nobody will ask for it while it is idle, and there may be many idle ones.
            log.dropTail();
        }
        endAtTick = log.logEndOffset();
        apply(machine.onTick(context.clock().nanoTime()));
    }

    private void apply(List<LeaderEffect> effects) {
        for (LeaderEffect effect : effects) {
            effect.applyTo(this);
        }
    }

    /** What followers, the recorded state or time have brought may also have made room for what waits. */
    private void applyAndProceed(List<LeaderEffect> effects) {
        apply(effects);
        if (!closed && !delayed.isEmpty()) {
            delayed.drain(machine::mayAppend, this::appendDelayed);
        }
    }

    @Override
    public void advanceHighWatermark(long highWatermark) {
        replica.publish();
        acknowledgements.onCommitted(highWatermark);
        replica.parkedReads().onAdvanced();
        if (!highWatermarkScheduled) {
            highWatermarkScheduled = true;
            loop.schedule(context.settings().highWatermarkDelayNs(), this::sendHighWatermark);
        }
    }

    private void sendHighWatermark() {
        highWatermarkScheduled = false;
        for (FollowerFeed feed : feeds.values()) {
            feed.sendHighWatermark(machine.highWatermark());
        }
    }

    @Override
    public void proposeIsr(LeaderEffect.ProposeIsr proposal) {
        IsrProposal asked = new IsrProposal(
                replica.partition(),
                context.self(),
                context.controllerEpoch().getAsInt(),
                machine.leaderEpoch(),
                proposal.partitionEpoch(),
                proposal.isr());
        context.controller()
                .proposeIsr(
                        asked,
                        verdict -> loop.execute(() -> {
                            if (!closed) {
                                logVerdict(asked, verdict.kind());
                                applyAndProceed(machine.onVerdict(
                                        proposal, verdict, context.clock().nanoTime()));
                            }
                        }));
    }

    /** Once for each change: a proposal that finds no controller is made again and again. */
    private void logVerdict(IsrProposal asked, IsrVerdict.Kind verdict) {
        if (verdict == IsrVerdict.Kind.COMMITTED) {
            LOG.info("{}: the in-sync set is {}", replica, asked.isr());
        } else if (verdict != lastVerdict) {
            LOG.warn("{}: the in-sync set {} was not recorded: {}", replica, asked.isr(), verdict);
        }
        lastVerdict = verdict;
    }

    /** Leads no more: whoever waits is told what is known, and followers look elsewhere. */
    void close(String why, Refusal forReaders) {
        closed = true;
        tick.cancel();
        log.dropTail();
        store.close();
        delayed.refuseAll(replica.notLeader());
        acknowledgements.close(why);
        for (FollowerFeed feed : new ArrayList<>(feeds.values())) {
            feed.refuse(LeaderMessage.Reason.NOT_LEADER);
        }
        replica.parkedReads().refuseAll(forReaders);
    }
}
