package io.millrace.lab.drill;

import io.millrace.client.MillraceClient;
import io.millrace.client.MillraceException;
import io.millrace.client.PartitionWriter;
import io.millrace.client.PartitionWriter.Pending;
import io.millrace.client.WriterConfig;
import io.millrace.lab.traffic.AckClock;
import io.millrace.proto.v1.ProduceResponse;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * Writes one partition's share of the load and keeps book of what became of it. A writer that failed is replaced: the
 * load goes on, and the failure is on the books.
 *
 * <p>Belongs to the load's thread, but for {@link #clock()}.
 */
final class PartitionLoad {
    private final MillraceClient client;
    private final String topic;
    private final int partition;
    private final Payload payload;
    private final AckClock clock = new AckClock();
    private final SentRuns runs = new SentRuns();
    private final Deque<Share> open = new ArrayDeque<>();
    private PartitionWriter writer;
    private long handedOver;
    private long failures;
    private String firstFailure = "";

    /** Records that travel in one batch. */
    private static final class Share {
        final CompletableFuture<ProduceResponse> batch;
        long count;
        volatile long youngestNs;

        Share(CompletableFuture<ProduceResponse> batch) {
            this.batch = batch;
        }
    }

    PartitionLoad(MillraceClient client, String topic, int partition, Payload payload) {
        this.client = client;
        this.topic = topic;
        this.partition = partition;
        this.payload = payload;
        this.writer = newWriter();
    }

    AckClock clock() {
        return clock;
    }

    SentRuns runs() {
        return runs;
    }

    /** Batches that failed for the writer, all its retries included. */
    long failures() {
        return failures;
    }

    /** What the writer was told of the first of them, empty where there is none. */
    String firstFailure() {
        return firstFailure;
    }

    /** Hands over the next record; blocks while the writer has no room. */
    void append(long nowNs) {
        Pending pending = handOver();
        Share share = open.peekLast();
        if (share == null || share.batch != pending.batch()) {
            settle();
            share = new Share(pending.batch());
            open.add(share);
            watch(share, nowNs);
        }
        share.count++;
        share.youngestNs = nowNs;
        handedOver++;
    }

    /** How many records were handed over and have no answer yet. */
    long inFlight() {
        settle();
        return handedOver - runs.sent();
    }

    /** Waits for all answers, and takes no more. */
    void finish() {
        writer.close();
        settle();
    }

    private void watch(Share share, long nowNs) {
        share.youngestNs = nowNs;
        var unused = share.batch.thenRun(() -> clock.onAcknowledged(share.youngestNs, System.nanoTime()));
    }

    private Pending handOver() {
        try {
            return tryHandOver();
        } catch (MillraceException e) {
            writer.close();
            writer = newWriter();
            return tryHandOver();
        }
    }

    private Pending tryHandOver() {
        return writer.append(System.currentTimeMillis(), null, payload.encode(partition, handedOver), List.of());
    }

    private PartitionWriter newWriter() {
        return new PartitionWriter(client, topic, partition, WriterConfig.DEFAULT);
    }

    /** Writes down what is known of the oldest batches. A batch that is done takes no more records. */
    private void settle() {
        while (!open.isEmpty() && open.element().batch.isDone()) {
            Share share = open.remove();
            try {
                runs.acknowledged(share.count, share.batch.join().getBaseOffset());
            } catch (CompletionException e) {
                failures++;
                if (failures == 1) {
                    firstFailure = String.valueOf(e.getCause());
                }
                runs.failed(share.count, outcome(e.getCause()));
            }
        }
    }

    private static SentRuns.Outcome outcome(@Nullable Throwable cause) {
        return cause instanceof MillraceException failure && failure.isDefinite()
                ? SentRuns.Outcome.REFUSED
                : SentRuns.Outcome.UNKNOWN;
    }
}
