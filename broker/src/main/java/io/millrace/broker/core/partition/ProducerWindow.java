package io.millrace.broker.core.partition;

import io.millrace.broker.core.ErrorReason;
import io.millrace.broker.core.Refusal;
import java.util.ArrayDeque;

/** The last batches of one producer in one partition, all of its newest epoch. Never empty once a batch was added. */
final class ProducerWindow {
    /** A producer may have that many batches under way and repeat each of them. */
    static final int MAX_BATCHES = 5;

    /** How far behind what comes next a sequence may be to count as past: half of all sequences there are. */
    private static final int HALF_OF_ALL = 1 << 30;

    private final ArrayDeque<ProducedBatch> batches = new ArrayDeque<>(MAX_BATCHES + 1);

    /** Whatever it is: only a leader judges, everybody learns (R39). */
    void add(ProducedBatch batch) {
        if (!batches.isEmpty() && batches.getLast().producerEpoch() != batch.producerEpoch()) {
            batches.clear();
        }
        batches.addLast(batch);
        if (batches.size() > MAX_BATCHES) {
            batches.removeFirst();
        }
    }

    Iterable<ProducedBatch> batches() {
        return batches;
    }

    /** @param offered its base offset means nothing */
    SequenceVerdict verdict(ProducedBatch offered) {
        ProducedBatch last = batches.getLast();
        if (offered.producerEpoch() < last.producerEpoch()) {
            return refused(
                    ErrorReason.FENCED_PRODUCER_EPOCH,
                    offered,
                    "epoch " + offered.producerEpoch() + " is over, the newest is " + last.producerEpoch());
        }
        int expected = offered.producerEpoch() > last.producerEpoch() ? 0 : last.nextSequence();
        if (offered.baseSequence() == expected) {
            return new SequenceVerdict.Append();
        }
        return offered.producerEpoch() > last.producerEpoch()
                ? outOfOrder(offered, expected)
                : known(offered, expected);
    }

    private SequenceVerdict known(ProducedBatch offered, int expected) {
        for (ProducedBatch batch : batches) {
            if (batch.baseSequence() == offered.baseSequence() && batch.recordCount() == offered.recordCount()) {
                return new SequenceVerdict.Duplicate(batch);
            }
        }
        if (isBefore(offered.lastSequence(), batches.getFirst().baseSequence())) {
            return refused(
                    ErrorReason.DUPLICATE_SEQUENCE,
                    offered,
                    "sequence " + offered.baseSequence() + " was appended long ago, its offset is not remembered");
        }
        return outOfOrder(offered, expected);
    }

    private static boolean isBefore(int sequence, int other) {
        int distance = (other - sequence) & Integer.MAX_VALUE;
        return distance > 0 && distance < HALF_OF_ALL;
    }

    private static SequenceVerdict outOfOrder(ProducedBatch offered, int expected) {
        return refused(
                ErrorReason.OUT_OF_ORDER_SEQUENCE,
                offered,
                "sequences " + offered.baseSequence() + " to " + offered.lastSequence() + " where " + expected
                        + " comes next");
    }

    static SequenceVerdict refused(ErrorReason reason, ProducedBatch offered, String what) {
        return new SequenceVerdict.Refused(
                Refusal.definite(reason, "Producer " + offered.producerId() + ": " + what + "; nothing was appended"));
    }
}
