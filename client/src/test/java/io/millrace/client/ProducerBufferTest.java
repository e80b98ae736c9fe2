package io.millrace.client;

import static io.millrace.client.StreamCluster.TOPIC;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.client.MillraceException.Kind;
import io.millrace.proto.v1.ErrorReason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What has been taken and not acknowledged: its bound, and its end. */
final class ProducerBufferTest extends ProducerScene {
    @Test
    void aWindowOfOneFrameIsKept() {
        cluster.broker(0).windowFrames = 1;
        cluster.broker(0).isSilent = true;
        List<CompletableFuture<RecordReceipt>> receipts = send(0, 100);
        await().until(() -> cluster.broker(0).frames.get() == 1);
        await().during(Duration.ofMillis(100))
                .until(() -> cluster.broker(0).frames.get() == 1);
        cluster.broker(0).isSilent = false;
        cluster.broker(0).breakStreams();
        join(receipts);
        assertThat(cluster.values(0)).containsExactlyElementsOf(values(0, 100));
    }

    @Test
    void aBufferThatIsFullBecauseABrokerRefusesSaysWhyItDoes() {
        reopen(config().withBufferBytes(10_000).withBatchMaxBytes(1_000).withMaxBlockMs(1_000));
        cluster.broker(0).refusals = frame -> StreamCluster.definite(ErrorReason.ERROR_REASON_STORAGE_FULL);

        assertThatThrownBy(() -> {
                    while (true) {
                        var unused = producer.send(record("v"));
                    }
                })
                .isInstanceOfSatisfying(MillraceException.class, failure -> {
                    assertThat(failure.kind()).isEqualTo(Kind.TIMED_OUT);
                    assertThat(failure).hasMessageContaining("no room in the buffer of 10000 bytes: ");
                    assertThat(failure.getCause())
                            .isInstanceOfSatisfying(
                                    MillraceException.class,
                                    why -> assertThat(why.reason()).isEqualTo(ErrorReason.ERROR_REASON_STORAGE_FULL));
                });
    }

    @Test
    void aFullBufferMakesSendWaitAndThenFailWithoutTakingTheRecord() {
        reopen(config().withBufferBytes(10_000).withBatchMaxBytes(1_000).withMaxBlockMs(1_000));
        cluster.broker(0).isSilent = true;
        List<CompletableFuture<RecordReceipt>> taken = new ArrayList<>();
        assertThatThrownBy(() -> {
                    while (true) {
                        taken.add(producer.send(record("v" + taken.size())));
                    }
                })
                .isInstanceOfSatisfying(MillraceException.class, failure -> {
                    assertThat(failure.kind()).isEqualTo(Kind.TIMED_OUT);
                    assertThat(failure.isDefinite()).isTrue();
                });
        assertThat(taken.size()).isBetween(10, 1_000);
        cluster.broker(0).isSilent = false;
        cluster.broker(0).breakStreams();
        join(taken);
        assertThat(cluster.values(0)).containsExactlyElementsOf(values(0, taken.size()));
    }

    @Test
    void aBrokerThatReadsNothingHoldsUpNoMoreThanTheBuffer() {
        cluster.broker(0).isDeaf = true;
        cluster.broker(0).windowBytes = 1 << 30;
        cluster.broker(0).windowFrames = 1 << 20;
        reopen(config().withBufferBytes(4 << 20).withMaxBlockMs(2_000));
        byte[] value = new byte[10_000];
        AtomicInteger taken = new AtomicInteger();
        assertThatThrownBy(() -> {
                    while (true) {
                        producer.send(ProducerRecord.of(TOPIC, value).withPartition(0), (receipt, failure) -> {});
                        taken.incrementAndGet();
                    }
                })
                .isInstanceOf(MillraceException.class);
        assertThat(taken.get()).isBetween(300, 420);
    }

    @Test
    void aThreadThatIsInterruptedWhileItWaitsForRoomHearsSo() throws InterruptedException {
        reopen(config().withBufferBytes(1_000));
        cluster.broker(0).isSilent = true;
        CompletableFuture<MillraceException> heard = new CompletableFuture<>();
        Thread sender = new Thread(() -> {
            try {
                while (true) {
                    var unused = producer.send(record("v"));
                }
            } catch (MillraceException e) {
                assertThat(Thread.currentThread().isInterrupted()).isTrue();
                heard.complete(e);
            }
        });
        sender.start();
        await().until(() -> sender.getState() == Thread.State.TIMED_WAITING && cluster.endOffset(0) > 0);
        sender.interrupt();
        assertThat(heard.join().kind()).isEqualTo(Kind.CANCELLED);
        assertThat(heard.join().isDefinite()).isTrue();
        sender.join();
    }

    @Test
    void whatCanNeverBeTakenIsThrownBySendAndLeavesTheBufferAsItWas() {
        reopen(config().withBufferBytes(10_000));
        ProducerRecord large = ProducerRecord.of(TOPIC, new byte[10_000]);
        assertThatThrownBy(() -> producer.send(large))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("10000");
        ProducerRecord nowhere = ProducerRecord.of(TOPIC, new byte[6_000]).withPartition(2);
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> producer.send(nowhere))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("partition 2");
        }
        join(List.of(producer.send(record("v"))));
    }

    @Test
    void closeWaitsForWhatIsOnItsWay() {
        List<CompletableFuture<RecordReceipt>> receipts = send(0, 1_000);
        producer.close();
        assertThat(receipts).allSatisfy(receipt -> assertThat(receipt).isCompleted());
        assertThat(cluster.values(0)).containsExactlyElementsOf(values(0, 1_000));
        assertThatThrownBy(() -> send(0, 1)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void closeFailsWhatIsLeftAfterItsTimeWithTheTruthAboutEach() {
        reopen(config().withBatchMaxBytes(300));
        cluster.broker(0).isSilent = true;
        List<CompletableFuture<RecordReceipt>> receipts = send(0, 500);
        await().until(() -> cluster.batches(0).size() == 5);
        producer.close(100);
        await().until(() -> receipts.stream().allMatch(CompletableFuture::isDone));
        int stored = cluster.values(0).size();
        for (int i = 0; i < receipts.size(); i++) {
            assertThat(failure(receipts.get(i)).kind()).isEqualTo(Kind.CANCELLED);
            assertThat(failure(receipts.get(i)).isDefinite()).isEqualTo(i >= stored);
        }
    }
}
