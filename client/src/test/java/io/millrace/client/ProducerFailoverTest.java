package io.millrace.client;

import static io.millrace.client.StreamCluster.TOPIC;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.proto.v1.ErrorReason;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Leaders that move, break, drain and refuse: nothing is lost, and nothing stored twice. */
final class ProducerFailoverTest extends ProducerScene {
    @Test
    void aStreamThatBreaksAfterTheAppendCostsNoRecordAndDoublesNone() {
        reopen(config().withBatchMaxBytes(200));
        cluster.broker(0).isSilent = true;
        List<CompletableFuture<RecordReceipt>> receipts = send(0, 100);
        await().until(() -> cluster.batches(0).size() == 5);
        cluster.broker(0).isSilent = false;
        cluster.broker(0).breakStreams();
        join(receipts);
        assertThat(cluster.values(0)).containsExactlyElementsOf(values(0, 100));
        assertThat(receipts).extracting(receipt -> receipt.join().offset()).isSorted();
    }

    @Test
    void aLeaderThatMovesIsFollowedByItsHint() {
        send(0, 1).get(0).join();
        cluster.lead(0, 1);
        List<CompletableFuture<RecordReceipt>> receipts = send(1, 100);
        join(receipts);
        assertThat(cluster.values(0)).containsExactlyElementsOf(values(0, 100));
        assertThat(cluster.broker(1).frames.get()).isPositive();
    }

    @Test
    void pushedMetadataIsFollowedWithoutAQuestionToTheOldLeader() {
        send(0, 1).get(0).join();
        int before = cluster.broker(0).frames.get();
        cluster.lead(0, 1);
        cluster.push();
        await().until(() -> {
            send(1, 2).get(0).join();
            return cluster.broker(1).frames.get() > 0;
        });
        assertThat(cluster.broker(0).frames.get()).isLessThanOrEqualTo(before + 1);
    }

    @Test
    void aBrokerThatDrainsIsLeftWithoutAFailure() {
        List<CompletableFuture<RecordReceipt>> receipts = new ArrayList<>(send(0, 500));
        cluster.lead(0, 1);
        cluster.broker(0).drain();
        receipts.addAll(send(500, 1_000));
        join(receipts);
        assertThat(cluster.values(0)).containsExactlyElementsOf(values(0, 1_000));
    }

    @Test
    void aLeaderThatIsReplacedAndSaysNothingIsLeftAfterAMoment() {
        cluster.broker(0).isSilent = true;
        List<CompletableFuture<RecordReceipt>> receipts = send(0, 10);
        await().until(() -> cluster.endOffset(0) > 0);
        cluster.lead(0, 1);
        long movedNs = System.nanoTime();
        cluster.push();
        join(receipts);
        assertThat(System.nanoTime() - movedNs).isLessThan(TimeUnit.SECONDS.toNanos(5));
        assertThat(cluster.values(0)).containsExactlyElementsOf(values(0, 10));
    }

    @Test
    void aRefusalThatPassesIsOutlived() {
        AtomicInteger frames = new AtomicInteger();
        cluster.broker(0).refusals = frame -> frames.incrementAndGet() < 10
                ? StreamCluster.definite(ErrorReason.ERROR_REASON_NOT_ENOUGH_REPLICAS)
                : null;
        join(send(0, 200));
        assertThat(cluster.values(0)).containsExactlyElementsOf(values(0, 200));
    }

    @Test
    void whatMayBeStoredFailsIndeterminateInTimeAndWhatWasNotSentDefinite() {
        reopen(config().withDeliveryTimeoutMs(3_000));
        cluster.lead(1, -1);
        cluster.broker(0).isSilent = true;
        CompletableFuture<RecordReceipt> sent = send(0, 1).get(0);
        CompletableFuture<RecordReceipt> unsent =
                producer.send(ProducerRecord.of(TOPIC, bytes("x")).withPartition(1));
        assertThat(failure(sent).isDefinite()).isFalse();
        assertThat(failure(unsent).isDefinite()).isTrue();
    }
}
