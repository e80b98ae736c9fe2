package io.millrace.client;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The batches of one partition that are numbered and not yet resolved, in the order of their sequences. Pure; belongs to
 * {@link SendMachine}.
 *
 * <p>Whatever went wrong, nothing is sent again before all that is in flight was answered or lost ("settled"): so a
 * partition's batches are never on two streams at once, and what is sent again goes in order.
 *
 * <p>Sequences. A batch is sent again under the number that it had, so a leader that has it says so. Only where a batch
 * is known never to have been stored, and never to be, its place stays empty for ever; whatever was numbered behind it
 * cannot have been stored either, because brokers accept no gap. Then, and only then, those begin anew at 0 in a higher
 * epoch, which fences every copy that is still on its way.
 */
final class PartitionSender {
    private final TopicPartition id;
    private final BatchSource source;
    private final SendRules rules;
    private final LeaderTries tries = new LeaderTries();
    /** Those that are done stay until all before them are, so its length is what the leader has to remember. */
    private final List<SendBatch> window = new ArrayList<>();

    private int sentCount;
    private int inFlight;
    private @Nullable LeaderStream stream;
    private boolean mustSettle;
    private boolean mustRestart;
    private long producerId = -1;
    private int producerEpoch;
    private int nextSequence;
    private long usedUpProducerId = -1;
    private @Nullable MillraceException lastFailure;
    private long refusedSinceNs;

    private Routes.@Nullable Leader leader;
    private long routesVersion = -1;

    PartitionSender(TopicPartition id, BatchSource source, SendRules rules) {
        this.id = id;
        this.source = source;
        this.rules = rules;
    }

    TopicPartition id() {
        return id;
    }

    BatchSource source() {
        return source;
    }

    LeaderTries tries() {
        return tries;
    }

    /** Where to go; null where nobody is known to lead. */
    Routes.@Nullable Leader leader(Routes routes) {
        long version = routes.version();
        if (version != routesVersion) {
            leader = routes.leader(id.topic(), id.partition()).orElse(null);
            routesVersion = version;
        }
        return leader;
    }

    boolean needsProducerId() {
        return rules.isIdempotent() && producerId < 0;
    }

    /** Whether all epochs of that id are over here. */
    boolean hasUsedUp(long otherId) {
        return otherId == usedUpProducerId;
    }

    void onProducerId(long newId, int newEpoch) {
        producerId = newId;
        producerEpoch = newEpoch;
        nextSequence = 0;
        numberAll();
    }

    /** Whether there is a batch to send now, an old one or a new one. */
    boolean hasNext(long nowNs) {
        settle();
        if (mustSettle || needsProducerId()) {
            return false;
        }
        return sentCount < window.size()
                || (window.size() < rules.maxBatches() && source.readyInNs(nowNs, isBusy()) <= 0);
    }

    /** Whether a batch is on its way, or to be sent again. */
    boolean isBusy() {
        return !window.isEmpty();
    }

    /** Numbered now if it is new; null where the source has none after all. */
    @Nullable
    SendBatch next(long nowNs) {
        if (sentCount == window.size()) {
            SendBatch taken = source.take(nowNs, isBusy());
            if (taken == null) {
                return null;
            }
            window.add(taken);
            number(taken);
        }
        return window.get(sentCount);
    }

    private void number(SendBatch batch) {
        if (rules.isIdempotent()) {
            batch.number(producerId, producerEpoch, nextSequence);
            // Goes on at 0 after the largest int.
            nextSequence = (nextSequence + batch.recordCount()) & Integer.MAX_VALUE;
        }
    }

    /** Undoes {@link #next}, unless the batch may be stored or others are numbered behind it: then nothing happens. */
    boolean takeBack(SendBatch batch) {
        boolean isLast = window.get(window.size() - 1) == batch;
        if (!isLast || batch.isUnknown()) {
            return false;
        }
        window.remove(batch);
        if (rules.isIdempotent()) {
            nextSequence = batch.sequence();
        }
        return true;
    }

    void onSent(LeaderStream to, SendBatch batch) {
        batch.onSent();
        stream = to;
        inFlight++;
        sentCount++;
        skipDone();
    }

    private void skipDone() {
        while (sentCount < window.size() && window.get(sentCount).isDone()) {
            sentCount++;
        }
    }

    /** The stream that has what is in flight; null where nothing is. */
    @Nullable
    LeaderStream stream() {
        return inFlight == 0 ? null : stream;
    }

    /** @param mayBeStored what is known of this attempt */
    void onAttemptOver(SendBatch batch, boolean mayBeStored) {
        batch.onAttemptOver(mayBeStored);
        inFlight--;
    }

    /** Why nothing can be sent just now. */
    void onHeldUp(MillraceException failure) {
        lastFailure = failure;
    }

    /** For how long the leaders have said nothing else; a topic that was just created may take a moment to get around. */
    long refusedSinceMs(MillraceException failure, long nowNs) {
        MillraceException last = lastFailure;
        if (last == null || last.reason() != failure.reason()) {
            refusedSinceNs = nowNs;
        }
        return (nowNs - refusedSinceNs) / 1_000_000;
    }

    /** Whether something is to be sent again, and waits for what is in flight. */
    boolean isSettling() {
        return mustSettle;
    }

    /** It is to be sent again, once all that is in flight has been answered. */
    void onRetry(MillraceException failure) {
        lastFailure = failure;
        mustSettle = true;
    }

    void onStored(SendBatch batch) {
        batch.onStored();
        lastFailure = null;
        tries.onSucceeded();
        trim();
    }

    void onGivenUp(SendBatch batch) {
        batch.onGivenUp();
        trim();
    }

    /** Whether all before it are resolved, so that a leader with the same log would know it or expect it. */
    boolean isFirst(SendBatch batch) {
        return !window.isEmpty() && window.get(0) == batch;
    }

    /** Whether it is known that what is numbered has to begin anew. */
    boolean isRestarting() {
        return mustRestart;
    }

    /** The leader expects another sequence than that of the first batch, which is certainly not stored. */
    void onSequencesLost() {
        mustSettle = true;
        mustRestart = true;
    }

    /** All that has to be given up by now. */
    List<SendBatch> overdue(long nowNs) {
        if (window.isEmpty() || nowNs - window.get(0).deadlineNs() < 0) {
            return List.of();
        }
        return window.stream()
                .filter(batch -> !batch.isDone() && nowNs - batch.deadlineNs() >= 0)
                .toList();
    }

    List<SendBatch> unresolved() {
        return window.stream().filter(batch -> !batch.isDone()).toList();
    }

    @Nullable
    MillraceException lastFailure() {
        return lastFailure;
    }

    boolean isIdle() {
        return window.isEmpty() && inFlight == 0;
    }

    private void trim() {
        while (!window.isEmpty() && window.get(0).isDone()) {
            SendBatch first = window.remove(0);
            sentCount = Math.max(0, sentCount - 1);
            if (first.leavesGap()) {
                mustSettle = true;
                mustRestart = true;
            }
        }
        skipDone();
    }

    private void settle() {
        if (!mustSettle || inFlight > 0) {
            return;
        }
        mustSettle = false;
        sentCount = 0;
        if (mustRestart) {
            mustRestart = false;
            restart();
        }
        skipDone();
    }

    private void restart() {
        nextSequence = 0;
        if (producerEpoch == Short.MAX_VALUE) {
            // There is no higher one: the rest waits for an id that nobody has used.
            usedUpProducerId = producerId;
            producerId = -1;
            return;
        }
        producerEpoch++;
        numberAll();
    }

    private void numberAll() {
        // A gap among the old numbers is none among the new ones.
        window.removeIf(SendBatch::isDone);
        window.forEach(this::number);
    }
}
