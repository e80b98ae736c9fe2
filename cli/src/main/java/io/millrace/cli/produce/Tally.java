package io.millrace.cli.produce;

import io.millrace.client.MillraceException;
import io.millrace.client.PartitionWriter.Pending;
import io.millrace.proto.v1.ProduceResponse;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Counts what became of the records, batch by batch: an object for each record would cost more than the record. Safe for
 * threads.
 */
final class Tally {
    /** A batch whose last record is not known before the next batch of its partition begins. */
    private static final class OpenBatch {
        final Pending first;
        long records;

        OpenBatch(Pending first) {
            this.first = first;
        }
    }

    private final Map<Integer, OpenBatch> open = new TreeMap<>();
    private long records;
    private long bytes;
    private long acknowledged;
    private long indeterminate;
    private @Nullable MillraceException firstFailure;

    synchronized void onAppended(int partition, Pending pending, int valueBytes) {
        if (pending.index() == 0) {
            OpenBatch before = open.put(partition, new OpenBatch(pending));
            count(before);
        }
        OpenBatch batch = open.get(partition);
        if (batch != null) {
            batch.records++;
        }
        records++;
        bytes += valueBytes;
    }

    /** A record that no writer took any more; it does not count as one. */
    synchronized void onRefused(MillraceException failure) {
        note(failure);
    }

    /** Call once all writers are closed: every batch has its answer then. */
    synchronized Summary summary() {
        open.values().forEach(this::count);
        return new Summary(records, bytes, acknowledged, indeterminate, open.size(), firstFailure);
    }

    private void count(@Nullable OpenBatch batch) {
        if (batch != null) {
            long count = batch.records;
            var unused = batch.first.batch().whenComplete((answer, thrown) -> onDone(count, answer, thrown));
        }
    }

    private synchronized void onDone(long count, @Nullable ProduceResponse answer, @Nullable Throwable thrown) {
        if (answer != null) {
            acknowledged += count;
        } else if (thrown instanceof MillraceException failure) {
            indeterminate += failure.isDefinite() ? 0 : count;
            note(failure);
        }
    }

    /** What was dropped behind a failed batch says only that; the failure itself says why. */
    private void note(MillraceException failure) {
        if (firstFailure == null || firstFailure.kind() == MillraceException.Kind.CANCELLED) {
            firstFailure = failure;
        }
    }
}
