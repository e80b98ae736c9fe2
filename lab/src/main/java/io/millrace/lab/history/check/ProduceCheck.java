package io.millrace.lab.history.check;

import io.millrace.lab.history.Certainty;
import io.millrace.lab.history.ClientEvent.Failed;
import io.millrace.lab.history.ClientEvent.Produce;
import io.millrace.lab.history.ClientEvent.ProduceOk;
import io.millrace.lab.history.HistoryListener;
import io.millrace.lab.history.Partition;
import java.util.HashMap;
import java.util.Map;

/** What writers were told: that it contradicts neither what others were told nor the order in which they sent. */
final class ProduceCheck implements HistoryListener {

    private final Truths truths;
    private final UnsentReads unsent;
    private final Counts counts;
    private final Silences silences;
    private final Findings findings;
    private final Pending<Sent> pending = new Pending<>();
    private final Map<String, Map<Partition, Acked>> newest = new HashMap<>();

    /** @param knownEnd of the partition when it was sent */
    private record Sent(Produce event, long place, long knownEnd) {}

    /** The youngest acknowledged records of a producer in a partition. */
    private record Acked(long op, long offset, int count, long place) {}

    ProduceCheck(Truths truths, UnsentReads unsent, Counts counts, Silences silences, Findings findings) {
        this.truths = truths;
        this.unsent = unsent;
        this.counts = counts;
        this.silences = silences;
        this.findings = findings;
    }

    @Override
    public void on(Produce event, long place) {
        Truth truth = truths.of(event.partition());
        counts.sent += event.count();
        for (long value = event.value(); value < event.value() + event.count(); value++) {
            if (!truth.values().send(value, place)) {
                throw new IllegalArgumentException("value " + value + " is sent twice to " + truth
                        + "; a history in which values are not unique proves nothing");
            }
            unsent.onSent(truth, value, place);
        }
        silences.onAsked(event.partition(), event.at().monoNs());
        pending.ask(event.at(), event.op(), new Sent(event, place, truth.knownEnd()));
    }

    @Override
    public void on(Failed event, long place) {
        Sent sent = pending.answer(event.at(), event.op());
        if (sent == null) {
            return;
        }
        Produce asked = sent.event();
        silences.onFailed(asked.partition());
        if (event.certainty() == Certainty.INDETERMINATE) {
            counts.indeterminate += asked.count();
            return;
        }
        counts.refused += asked.count();
        Truth truth = truths.of(asked.partition());
        for (long value = asked.value(); value < asked.value() + asked.count(); value++) {
            long offset = truth.values().state(value);
            truth.values().refuse(value);
            if (offset >= 0 && !truth.isGone()) {
                findings.add(
                        Anomaly.ABORTED_READ,
                        truth + ": value " + value + " is refused for certain (" + event.error()
                                + "), and it was there at offset " + offset,
                        place,
                        truth.seenAt(offset));
            }
        }
    }

    @Override
    public void on(ProduceOk event, long place) {
        Sent sent = pending.answer(event.at(), event.op());
        if (sent == null) {
            return;
        }
        Produce asked = sent.event();
        Truth truth = truths.of(asked.partition());
        silences.onAcknowledged(asked.partition(), event.at());
        counts.acknowledged += asked.count();
        if (!event.committed() || truth.isGone()) {
            return;
        }
        boolean isSound = true;
        for (int i = 0; i < asked.count(); i++) {
            isSound &= acknowledge(truth, event.offset() + i, asked.value() + i, place);
        }
        if (isSound) {
            checkRealTime(truth, sent, event.offset(), place);
            checkSendOrder(truth, asked, event, place);
        }
        truth.know(event.offset() + asked.count());
    }

    private boolean acknowledge(Truth truth, long offset, long value, long place) {
        long known = truth.value(offset);
        long elsewhere = truth.values().state(value);
        if (known != Truth.NO_VALUE && known != value) {
            findings.add(
                    Anomaly.INCONSISTENT_OFFSETS,
                    truth + ": value " + value + " is acknowledged at offset " + offset + ", where value " + known
                            + " lies",
                    truth.seenAt(offset),
                    place);
            return false;
        }
        if (elsewhere >= 0 && elsewhere != offset) {
            findings.add(
                    Anomaly.DUPLICATE,
                    truth + ": value " + value + " is acknowledged at offset " + offset + " and lies at offset "
                            + elsewhere + " too",
                    truth.seenAt(elsewhere),
                    place);
            return false;
        }
        truth.acknowledge(offset, value, place);
        return true;
    }

    private void checkRealTime(Truth truth, Sent sent, long offset, long place) {
        if (offset < sent.knownEnd()) {
            findings.add(
                    Anomaly.REALTIME_ORDER,
                    truth + ": value " + sent.event().value() + " is acknowledged at offset " + offset
                            + ", and before it was sent offset " + (sent.knownEnd() - 1) + " was taken",
                    sent.place(),
                    place);
        }
    }

    private void checkSendOrder(Truth truth, Produce asked, ProduceOk event, long place) {
        if (!asked.ordered()) {
            return;
        }
        Map<Partition, Acked> own = newest.computeIfAbsent(event.at().process(), first -> new HashMap<>());
        Acked before = own.get(asked.partition());
        boolean isYounger = before == null || asked.op() > before.op();
        if (before != null && !isInOrder(before, isYounger, event.offset(), asked.count())) {
            findings.add(
                    Anomaly.NONMONOTONIC_SEND,
                    truth + ": " + event.at().process() + " sent value " + asked.value()
                            + (isYounger ? " after" : " before") + " what lies at offset " + before.offset()
                            + ", and it is at offset " + event.offset(),
                    before.place(),
                    place);
        }
        if (isYounger) {
            own.put(asked.partition(), new Acked(asked.op(), event.offset(), asked.count(), place));
        }
    }

    private static boolean isInOrder(Acked before, boolean isYounger, long offset, int count) {
        return isYounger ? offset >= before.offset() + before.count() : offset + count <= before.offset();
    }
}
