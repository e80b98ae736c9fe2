package io.millrace.lab.roundtrip;

import io.millrace.client.PartitionWriter.Pending;
import io.millrace.lab.traffic.AckClock;
import io.millrace.proto.v1.ProduceResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Counts one file's lines on their way in; remembers batches rather than lines, of which there are far more. */
final class Receipts {
    private final List<Share> shares = new ArrayList<>();
    private @Nullable Share last;

    /** How many of the file's lines travel in one batch. */
    private static final class Share {
        final CompletableFuture<ProduceResponse> batch;
        long lines;
        volatile long youngestNs = System.nanoTime();

        Share(CompletableFuture<ProduceResponse> batch) {
            this.batch = batch;
        }
    }

    /** The clock is told when the answer comes. */
    void onSent(Pending line, AckClock clock) {
        Share share = last;
        if (share == null || share.batch != line.batch()) {
            share = new Share(line.batch());
            shares.add(share);
            last = share;
            watch(share, clock);
        }
        share.youngestNs = System.nanoTime();
        share.lines++;
    }

    private static void watch(Share share, AckClock clock) {
        var unused = share.batch.thenRun(() -> clock.onAcknowledged(share.youngestNs, System.nanoTime()));
    }

    long sent() {
        return shares.stream().mapToLong(share -> share.lines).sum();
    }

    /** Of the batches whose answer has come. */
    long acknowledged() {
        return shares.stream()
                .filter(share -> share.batch.isDone() && !share.batch.isCompletedExceptionally())
                .mapToLong(share -> share.lines)
                .sum();
    }
}
