package io.millrace.broker.replication;

import io.millrace.broker.core.Acks;
import io.millrace.broker.core.Appended;
import io.millrace.broker.core.Durability;
import io.millrace.broker.core.ErrorReason;
import io.millrace.broker.core.Outcome;
import io.millrace.broker.core.Refusal;
import io.millrace.broker.core.Safeguard;
import io.millrace.broker.core.partition.PartitionLeader;
import io.millrace.broker.runtime.EventLoop;
import io.millrace.record.RecordBatch;
import java.nio.ByteBuffer;
import java.util.function.Consumer;

/**
 * What a leader owes the producers of the batches in its log (N6): an answer as soon as its own log has stored the batch
 * (acks LEADER) or the batch is committed (acks ALL), a refusal where that takes too long or the leader leads no more. Each
 * is answered exactly once. Lives for one leader epoch. Loop only.
 */
final class Acknowledgements {

    private final ReplicaContext context;
    private final PartitionLeader machine;
    private final Durability durability;
    private final PendingAppends awaitingCommit = new PendingAppends();
    private final PendingAppends awaitingOwnStore = new PendingAppends();
    private final Alarm commitTimeout;

    Acknowledgements(ReplicaContext context, EventLoop loop, PartitionLeader machine, Durability durability) {
        this.context = context;
        this.machine = machine;
        this.durability = durability;
        this.commitTimeout = new Alarm(loop, context.clock(), this::onCommitTimeout);
    }

    /** Acks NONE promises nothing about the log, so it is answered while nothing is in it; what comes later nobody hears. */
    Consumer<Outcome<Appended>> answeredBeforeTheAppend(ByteBuffer batch, Consumer<Outcome<Appended>> reply) {
        reply.accept(Outcome.ok(new Appended(
                Appended.Stage.ACCEPTED,
                -1,
                RecordBatch.wrap(batch).recordCount(),
                machine.leaderEpoch(),
                context.clock().wallMillis(),
                machine.state().isr().size(),
                false)));
        return outcome -> {};
    }

    /**
     * From now on {@code reply} waits for what {@code acks} asks for.
     *
     * @param nextOffset after the batch, exclusive
     * @param timeoutNs for acks ALL, from now on
     */
    void await(long baseOffset, long nextOffset, Acks acks, long timeoutNs, Consumer<Outcome<Appended>> reply) {
        long nowMs = context.clock().wallMillis();
        switch (acks) {
            case NONE -> {}
            case LEADER ->
                awaitingOwnStore.add(new PendingAppends.Pending(baseOffset, nextOffset, nowMs, Alarm.NEVER, reply));
            case ALL -> {
                long deadlineNs = context.clock().nanoTime() + timeoutNs;
                awaitingCommit.add(new PendingAppends.Pending(baseOffset, nextOffset, nowMs, deadlineNs, reply));
                commitTimeout.notLaterThan(deadlineNs);
            }
        }
    }

    private void onCommitTimeout() {
        awaitingCommit.refuseLate(context.clock().nanoTime(), pending -> Refusal.commitTimeout(pending.baseOffset()));
        commitTimeout.notLaterThan(awaitingCommit.nextDeadlineNs());
    }

    /** Everything below {@code highWatermark} is committed. */
    void onCommitted(long highWatermark) {
        awaitingCommit.passed(highWatermark, pending -> answer(pending, Appended.Stage.COMMITTED));
    }

    /** This broker's log has stored everything below {@code stableEnd}. */
    void onStored(long stableEnd) {
        awaitingOwnStore.passed(stableEnd, pending -> answer(pending, Appended.Stage.APPENDED));
    }

    private Appended answer(PendingAppends.Pending pending, Appended.Stage stage) {
        return new Appended(
                stage,
                pending.baseOffset(),
                (int) (pending.nextOffset() - pending.baseOffset()),
                machine.leaderEpoch(),
                pending.appendTimeMs(),
                machine.state().isr().size(),
                durability == Durability.FSYNC);
    }

    /** The leader leads no more, and {@code why}: what becomes of the records is not known. */
    void close(String why) {
        commitTimeout.cancel();
        awaitingCommit.refuseAll(pending -> lostLeadership(pending, why));
        awaitingOwnStore.refuseAll(pending -> lostLeadership(pending, why));
    }

    private Refusal lostLeadership(PendingAppends.Pending pending, String why) {
        return new Refusal(
                ErrorReason.FENCED_LEADER_EPOCH,
                !context.settings().safeguards().has(Safeguard.R37_APPENDED_MAY_BE_KEPT),
                "Appended at offset " + pending.baseOffset() + ", then this broker stopped leading (" + why
                        + "); the record may or may not be kept",
                null,
                null,
                pending.baseOffset());
    }
}
