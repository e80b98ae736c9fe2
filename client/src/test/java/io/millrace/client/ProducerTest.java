package io.millrace.client;

import static io.millrace.client.StreamCluster.TOPIC;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.client.MillraceException.Kind;
import io.millrace.proto.v1.AppendOutcome;
import io.millrace.proto.v1.ErrorReason;
import io.millrace.record.Codec;
import io.millrace.record.Header;
import io.millrace.record.Murmur2;
import io.millrace.record.Record;
import io.millrace.record.RecordBatch;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class ProducerTest {
    private final StreamCluster cluster = new StreamCluster(2, 2);
    private Producer producer = Producer.open(config());

    private ProducerConfig config() {
        return ProducerConfig.of(cluster.bootstrap()).withDeliveryTimeoutMs(20_000);
    }

    private void reopen(ProducerConfig config) {
        producer.close();
        producer = Producer.open(config);
    }

    @AfterEach
    void close() {
        producer.close(0);
        cluster.close();
    }

    @Test
    void aRecordArrivesWithAllThatItHasAndIsReceiptedWithWhereItWent() {
        Header header = new Header("h", ByteBuffer.wrap(bytes("x")));
        ProducerRecord record = ProducerRecord.of(TOPIC, bytes("k"), bytes("v"))
                .withPartition(1)
                .withTimestampMs(77)
                .withHeaders(List.of(header));
        RecordReceipt receipt = producer.send(record).join();
        assertThat(receipt)
                .isEqualTo(new RecordReceipt(TOPIC, 1, 0, 77, AppendOutcome.APPEND_OUTCOME_COMMITTED, 1, 3, true));
        Record stored = cluster.records(1).get(0);
        assertThat(StreamCluster.text(stored.key())).isEqualTo("k");
        assertThat(StreamCluster.text(stored.value())).isEqualTo("v");
        assertThat(stored.headers()).containsExactly(header);
        assertThat(stored.timestampMs()).isEqualTo(77);
    }

    @Test
    void keysFindTheirPartitionByMurmur2AndTheRestIsSpread() {
        reopen(config().withBatchMaxBytes(500));
        for (int i = 0; i < 100; i++) {
            var unusedKeyed = producer.send(ProducerRecord.of(TOPIC, bytes("k" + i), bytes("keyed")));
            var unusedPlain = producer.send(ProducerRecord.of(TOPIC, bytes("plain " + i)));
        }
        producer.flush();
        for (int partition = 0; partition < 2; partition++) {
            List<Record> records = cluster.records(partition);
            for (Record record : records) {
                ByteBuffer key = record.key();
                if (key != null) {
                    assertThat(Murmur2.partitionOf(key, 2)).isEqualTo(partition);
                }
            }
            assertThat(records.stream().filter(record -> record.key() == null).count())
                    .isGreaterThan(10);
        }
    }

    @Test
    void whatIsSentWhileBatchesAreOnTheirWayTravelsTogether() {
        send(0, 5_000);
        producer.flush();
        assertThat(cluster.values(0)).containsExactlyElementsOf(values(0, 5_000));
        assertThat(cluster.batches(0).size()).isLessThan(2_000);
    }

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
    void aBatchThatIsRefusedForGoodFailsAloneAndWhatIsBehindItIsStored() {
        reopen(config().withBatchMaxBytes(200));
        AtomicInteger frames = new AtomicInteger();
        cluster.broker(0).refusals = frame ->
                frames.incrementAndGet() == 2 ? StreamCluster.definite(ErrorReason.ERROR_REASON_BAD_RECORD) : null;
        List<CompletableFuture<RecordReceipt>> receipts = send(0, 200);
        producer.flush();
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < receipts.size(); i++) {
            if (receipts.get(i).isCompletedExceptionally()) {
                assertThat(failure(receipts.get(i)).reason()).isEqualTo(ErrorReason.ERROR_REASON_BAD_RECORD);
                assertThat(failure(receipts.get(i)).isDefinite()).isTrue();
            } else {
                expected.add("v" + i);
            }
        }
        assertThat(expected).hasSizeLessThan(200).isNotEmpty();
        assertThat(cluster.values(0)).containsExactlyElementsOf(expected);
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

    @Test
    void anErrorInACallbackIsNobodyElsesAndFlushFromOneIsRefused() {
        List<Throwable> seen = new ArrayList<>();
        AtomicInteger told = new AtomicInteger();
        producer.send(record("a"), (receipt, failure) -> {
            told.incrementAndGet();
            throw new AssertionError("of the application");
        });
        producer.send(record("b"), (receipt, failure) -> {
            told.incrementAndGet();
            try {
                producer.flush();
            } catch (IllegalStateException refused) {
                seen.add(refused);
            }
        });
        producer.flush();
        join(List.of(producer.send(record("c"))));

        assertThat(told).hasValue(2);
        assertThat(seen).hasSize(1);
        assertThat(cluster.values(0)).containsExactly("a", "b", "c");
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
        reopen(config().withBufferBytes(10_000).withBatchMaxBytes(1_000).withMaxBlockMs(200));
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

    @Test
    void aBatchThatLingersGoesWithItsCompanyOrWithAFlush() {
        reopen(config().withLingerMs(60_000));
        List<CompletableFuture<RecordReceipt>> receipts = send(0, 10);
        await().during(Duration.ofMillis(100)).until(() -> cluster.endOffset(0) == 0);
        producer.flush();
        join(receipts);
        assertThat(cluster.batches(0)).hasSize(1);
    }

    @Test
    void compressedBatchesNameTheirCodec() {
        reopen(config().withCodec(Codec.ZSTD));
        join(send(0, 100));
        assertThat(cluster.batches(0)).extracting(RecordBatch::codec).containsOnly(Codec.ZSTD);
        assertThat(cluster.values(0)).containsExactlyElementsOf(values(0, 100));
    }

    @Test
    void anUnknownTopicIsRefused() {
        assertThatThrownBy(() -> producer.send(ProducerRecord.of("nothing", bytes("x"))))
                .isInstanceOfSatisfying(
                        MillraceException.class,
                        failure -> assertThat(failure.reason()).isEqualTo(ErrorReason.ERROR_REASON_UNKNOWN_TOPIC));
    }

    @Test
    void whereNobodyAnswersSendSaysSoAtOnceAndNamesWhatWasTried() throws IOException {
        String unused;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            unused = "127.0.0.1:" + socket.getLocalPort();
        }
        reopen(ProducerConfig.of(unused));
        assertThatThrownBy(() -> producer.send(record("v")))
                .isInstanceOfSatisfying(MillraceException.class, failure -> {
                    assertThat(failure.kind()).isEqualTo(Kind.UNREACHABLE);
                    assertThat(failure.isDefinite()).isTrue();
                    assertThat(failure).hasMessageContaining("no broker answered: " + unused);
                });
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
    void whatTheLeaderRefusesFailsTheFuture() {
        cluster.broker(0).refusals = frame -> StreamCluster.definite(ErrorReason.ERROR_REASON_RECORD_TOO_LARGE);
        MillraceException failure = failure(producer.send(record("v")));
        assertThat(failure.reason()).isEqualTo(ErrorReason.ERROR_REASON_RECORD_TOO_LARGE);
        assertThat(failure.isDefinite()).isTrue();
    }

    @Test
    void manyThreadsKeepTheirOwnOrder() {
        List<CompletableFuture<Void>> threads = IntStream.range(0, 4)
                .mapToObj(thread -> CompletableFuture.runAsync(() -> {
                    for (int i = 0; i < 1_000; i++) {
                        var unused = producer.send(record(thread + ":" + i));
                    }
                }))
                .toList();
        threads.forEach(CompletableFuture::join);
        producer.flush();
        List<String> stored = cluster.values(0);
        assertThat(stored).hasSize(4_000);
        for (int thread = 0; thread < 4; thread++) {
            String prefix = thread + ":";
            assertThat(stored.stream()
                            .filter(value -> value.startsWith(prefix))
                            .map(value -> Integer.parseInt(value.substring(2))))
                    .isSorted()
                    .hasSize(1_000);
        }
    }

    private List<CompletableFuture<RecordReceipt>> send(int from, int to) {
        List<CompletableFuture<RecordReceipt>> receipts = new ArrayList<>();
        for (int i = from; i < to; i++) {
            receipts.add(producer.send(record("v" + i)));
        }
        return receipts;
    }

    private static ProducerRecord record(String value) {
        return ProducerRecord.of(TOPIC, bytes(value)).withPartition(0);
    }

    private static void join(List<CompletableFuture<RecordReceipt>> receipts) {
        receipts.forEach(CompletableFuture::join);
    }

    private static MillraceException failure(CompletableFuture<RecordReceipt> receipt) {
        try {
            throw new AssertionError("acknowledged: " + receipt.join());
        } catch (CompletionException e) {
            assertThat(e.getCause()).isInstanceOf(MillraceException.class);
            return (MillraceException) Objects.requireNonNull(e.getCause());
        }
    }

    private static List<String> values(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> "v" + i).toList();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
