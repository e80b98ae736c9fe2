package io.millrace.client;

import io.millrace.client.LeaderStream.Frame;
import io.millrace.client.MillraceException.Kind;
import io.millrace.proto.v1.Certainty;
import io.millrace.proto.v1.ErrorDetail;
import io.millrace.proto.v1.ErrorReason;
import io.millrace.proto.v1.ProduceResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Decides what a producer sends, where and when: one stream to each leader, shared by all partitions that it leads.
 *
 * <p>Pure: no clock, thread or connection; one owner. Inputs are the methods {@code on…} and {@link #pump}, outputs the
 * calls of {@link SendEffects}. A batch is acknowledged or failed exactly once, and of one partition in the order in
 * which they were stored. What may be stored is never told to be DEFINITE.
 */
final class SendMachine {
    private final SendRules rules;
    private final Routes routes;
    private final SendEffects effects;
    private final LeaderSearch leaders;
    private final Map<TopicPartition, PartitionSender> partitions = new HashMap<>();
    private final List<PartitionSender> active = new ArrayList<>();
    private final LeaderStreams streams;
    private long producerId = -1;
    private int producerEpoch;
    private boolean hasAskedForId;
    private int turn;

    private volatile @Nullable MillraceException lastFailure;

    SendMachine(SendRules rules, Routes routes, SendEffects effects, DoubleSupplier random) {
        this.rules = rules;
        this.routes = routes;
        this.effects = effects;
        this.leaders = new LeaderSearch(routes, effects, random);
        this.streams = new LeaderStreams(routes, effects);
    }

    /** The source has something, and has not said so since it was last put to sleep. */
    void onWork(TopicPartition id, BatchSource source) {
        active.add(partitions.computeIfAbsent(id, first -> new PartitionSender(first, source, rules)));
    }

    void onProducerId(long id, int epoch) {
        hasAskedForId = false;
        producerId = id;
        producerEpoch = epoch;
    }

    /** It is to be asked for again. */
    void onProducerIdRefused(MillraceException failure) {
        hasAskedForId = false;
        active.stream().filter(PartitionSender::needsProducerId).forEach(waiting -> holdUp(waiting, failure));
    }

    /** The question was answered; what was learned is in the routes. */
    void onNews(String topic) {
        leaders.onNews(topic);
    }

    void onWindow(long streamId, int maxFrames, long maxBytes) {
        LeaderStream stream = streams.get(streamId);
        if (stream != null) {
            stream.onWindow(maxFrames, maxBytes);
        }
    }

    void onReady(long streamId) {
        LeaderStream stream = streams.get(streamId);
        if (stream != null) {
            stream.onReady(true);
        }
    }

    void onAppended(long streamId, long frameId, ProduceResponse answer, long nowNs) {
        Frame frame = answered(streamId, frameId, nowNs);
        if (frame == null) {
            return;
        }
        PartitionSender partition = frame.partition();
        partition.onAttemptOver(frame.batch(), false);
        if (!frame.batch().isDone()) {
            partition.onStored(frame.batch());
            lastFailure = null;
            noteEpoch(partition.id(), streamId, answer.getLeaderEpoch());
            effects.acknowledge(partition.id(), frame.batch(), answer);
        }
    }

    private void noteEpoch(TopicPartition id, long streamId, int leaderEpoch) {
        LeaderStream stream = streams.get(streamId);
        if (stream != null) {
            leaders.onAppended(id, stream.endpoint(), leaderEpoch);
        }
    }

    void onRefused(long streamId, long frameId, ErrorDetail detail, String message, long nowNs) {
        LeaderStream stream = streams.get(streamId);
        Frame frame = answered(streamId, frameId, nowNs);
        if (stream == null || frame == null) {
            return;
        }
        MillraceException failure = new MillraceException(Kind.REFUSED, detail, message, null);
        PartitionSender partition = frame.partition();
        partition.onAttemptOver(frame.batch(), !failure.isDefinite());
        if (frame.batch().isDone()) {
            return;
        }
        if (isOfSequence(failure.reason())) {
            onSequenceRefused(partition, frame.batch(), stream.endpoint(), failure, nowNs);
        } else if (RetryRules.mayRetry(failure, rules.isIdempotent(), partition.refusedSinceMs(failure, nowNs))) {
            leaders.onRefused(partition, stream.endpoint(), failure, nowNs);
            retry(partition, failure);
        } else {
            giveUp(partition, frame.batch(), failure);
        }
    }

    /** Null where the answer is of no use any more. */
    private @Nullable Frame answered(long streamId, long frameId, long nowNs) {
        LeaderStream stream = streams.get(streamId);
        return stream == null ? null : stream.answer(frameId, nowNs);
    }

    private static boolean isOfSequence(ErrorReason reason) {
        return reason == ErrorReason.ERROR_REASON_OUT_OF_ORDER_SEQUENCE
                || reason == ErrorReason.ERROR_REASON_UNKNOWN_PRODUCER_ID
                || reason == ErrorReason.ERROR_REASON_FENCED_PRODUCER_EPOCH;
    }

    private void onSequenceRefused(
            PartitionSender partition, SendBatch batch, String endpoint, MillraceException failure, long nowNs) {
        TopicPartition id = partition.id();
        if (!partition.isFirst(batch)) {
            // One before it was refused or lost, and comes first.
            retry(partition, failure);
        } else if (RetryRules.isOfADeposedLeader(failure, routes.leaderEpoch(id.topic(), id.partition()))) {
            leaders.onDeposed(partition, endpoint, failure, nowNs);
            retry(partition, failure);
        } else if (batch.isUnknown()) {
            // It may be stored where this leader cannot see it; under another number it might be stored twice.
            giveUp(partition, batch, failure);
        } else {
            if (!partition.isRestarting()) {
                // A leader that refuses every beginning is not to be asked in a tight circle.
                leaders.rest(partition, failure, nowNs);
            }
            retry(partition, failure);
            partition.onSequencesLost();
        }
    }

    private void giveUp(PartitionSender partition, SendBatch batch, MillraceException failure) {
        boolean mayBeStored = batch.isUnknown() || batch.isInFlight() || !failure.isDefinite();
        Certainty certainty = mayBeStored ? Certainty.CERTAINTY_INDETERMINATE : Certainty.CERTAINTY_DEFINITE;
        partition.onGivenUp(batch);
        effects.fail(batch, failure.as(certainty));
    }

    /** The broker takes no frames behind that one: they were not stored and never will be. */
    void onEnd(long streamId, long lastFrameId, long nowNs) {
        LeaderStream stream = streams.get(streamId);
        if (stream == null) {
            return;
        }
        stream.onEnding();
        MillraceException failure = SendFailures.stops(stream.endpoint());
        for (Frame frame : stream.takeAfter(lastFrameId)) {
            lose(frame, failure);
        }
        leave(stream, failure, nowNs);
    }

    /** Nothing more comes from the stream: it has failed, or was closed by the broker. */
    void onClosed(long streamId, MillraceException failure, long nowNs) {
        LeaderStream stream = streams.remove(streamId);
        if (stream == null) {
            return;
        }
        MillraceException lost = failure.as(Certainty.CERTAINTY_INDETERMINATE);
        for (Frame frame : stream.takeAfter(0)) {
            lose(frame, lost);
        }
        if (!stream.isEnding()) {
            leave(stream, failure, nowNs);
        }
    }

    private void lose(Frame frame, MillraceException failure) {
        frame.partition().onAttemptOver(frame.batch(), !failure.isDefinite());
        if (frame.batch().isDone()) {
            return;
        }
        if (rules.isIdempotent() || failure.isDefinite()) {
            retry(frame.partition(), failure);
        } else {
            giveUp(frame.partition(), frame.batch(), failure);
        }
    }

    private void leave(LeaderStream stream, MillraceException failure, long nowNs) {
        for (PartitionSender partition : active) {
            if (leaders.isLedAt(partition, stream.endpoint())) {
                holdUp(partition, failure);
                leaders.rest(partition, failure, nowNs);
            }
        }
        routes.onBrokerLeft(stream.endpoint());
    }

    /** Sends what may be sent, gives up what has waited too long, and leaves leaders that hang. To be called often. */
    void pump(long nowNs) {
        expire(nowNs);
        streams.forEach(stream -> watch(stream, nowNs));
        boolean isSending = true;
        while (isSending) {
            isSending = false;
            turn++;
            for (int i = 0; i < active.size(); i++) {
                isSending |= sendOne(active.get((turn + i) % active.size()), nowNs);
            }
        }
        active.removeIf(partition -> partition.isIdle() && partition.source().sleep());
    }

    private boolean sendOne(PartitionSender partition, long nowNs) {
        ensureProducerId(partition);
        if (!partition.hasNext(nowNs)) {
            return false;
        }
        LeaderStream stream = streamFor(partition, nowNs);
        LeaderStream before = partition.stream();
        if (stream == null || (before != null && before != stream) || !stream.hasRoom()) {
            return false;
        }
        SendBatch batch = partition.next(nowNs);
        if (batch == null) {
            return false;
        }
        if (batch.sizeInBytes() > routes.maxBatchBytes(partition.id().topic())) {
            dropTooLarge(partition, batch);
            return true;
        }
        if (!stream.fits(batch.sizeInBytes())) {
            return false;
        }
        Frame frame = stream.add(partition, batch, nowNs);
        partition.onSent(stream, batch);
        stream.onReady(effects.send(stream.id(), frame.id(), partition.id(), batch));
        return true;
    }

    private void dropTooLarge(PartitionSender partition, SendBatch batch) {
        String topic = partition.id().topic();
        MillraceException failure = SendFailures.tooLarge(topic, batch.sizeInBytes(), routes.maxBatchBytes(topic));
        if (partition.takeBack(batch)) {
            effects.fail(batch, failure);
        } else {
            giveUp(partition, batch, failure);
        }
    }

    private void ensureProducerId(PartitionSender partition) {
        if (!partition.needsProducerId()) {
            return;
        }
        if (producerId >= 0 && !partition.hasUsedUp(producerId)) {
            partition.onProducerId(producerId, producerEpoch);
        } else if (!hasAskedForId) {
            hasAskedForId = true;
            producerId = -1;
            effects.askProducerId();
        }
    }

    private @Nullable LeaderStream streamFor(PartitionSender partition, long nowNs) {
        String endpoint = leaders.find(partition, nowNs);
        return endpoint == null ? null : streams.to(endpoint, nowNs);
    }

    private void watch(LeaderStream stream, long nowNs) {
        long owedNs = stream.owedNs(nowNs);
        if (owedNs > SendRules.STALL_NS) {
            if (!routes.isSilent(stream.endpoint())) {
                // It would be the first to be asked, where it was the last to answer.
                routes.onSilence(
                        stream.endpoint(), String.valueOf(noAnswer(stream).getMessage()));
            }
            active.stream()
                    .filter(partition -> partition.stream() == stream || leaders.isLedAt(partition, stream.endpoint()))
                    .forEach(leaders::askNews);
        }
        if (streams.hangs(stream, nowNs)) {
            MillraceException failure = noAnswer(stream);
            routes.onSilence(stream.endpoint(), String.valueOf(failure.getMessage()));
            effects.cancel(stream.id(), MillraceException.NO_ANSWER);
            onClosed(stream.id(), failure, nowNs);
        }
    }

    private static MillraceException noAnswer(LeaderStream stream) {
        return MillraceException.noAnswer(stream.endpoint(), Certainty.CERTAINTY_DEFINITE);
    }

    private void expire(long nowNs) {
        for (PartitionSender partition : active) {
            for (SendBatch batch : partition.overdue(nowNs)) {
                giveUp(partition, batch, SendFailures.late(partition));
            }
            drop(partition, nowNs, false, SendFailures.late(partition));
        }
    }

    private void drop(PartitionSender partition, long nowNs, boolean all, MillraceException failure) {
        for (SendBatch batch = partition.source().takeExpired(nowNs, all);
                batch != null;
                batch = partition.source().takeExpired(nowNs, all)) {
            effects.fail(batch, failure.as(Certainty.CERTAINTY_DEFINITE));
        }
    }

    private void retry(PartitionSender partition, MillraceException failure) {
        lastFailure = failure;
        partition.onRetry(failure);
    }

    private void holdUp(PartitionSender partition, MillraceException failure) {
        lastFailure = failure;
        partition.onHeldUp(failure);
    }

    /** Why nothing has been stored of late, null where something has. Any thread. */
    @Nullable
    MillraceException lastFailure() {
        return lastFailure;
    }

    /** The end: whatever is left fails, and all streams are dropped. */
    void failAll(String why, long nowNs) {
        MillraceException failure =
                MillraceException.withoutDetail(Kind.CANCELLED, Certainty.CERTAINTY_DEFINITE, why, null);
        for (PartitionSender partition : active) {
            partition.unresolved().forEach(batch -> giveUp(partition, batch, failure));
            drop(partition, nowNs, true, failure);
        }
        streams.cancelAll(why);
    }

    /** Whether anything waits, is in flight or might have to be given up; where not, nothing happens without an input. */
    boolean isIdle() {
        return active.isEmpty();
    }

    /** How long until a batch that is held back for company may go. */
    long readyInNs(long nowNs) {
        long soonestNs = Long.MAX_VALUE;
        for (PartitionSender partition : active) {
            long readyInNs = partition.source().readyInNs(nowNs, partition.isBusy());
            if (readyInNs > 0) {
                soonestNs = Math.min(soonestNs, readyInNs);
            }
        }
        return soonestNs;
    }
}
