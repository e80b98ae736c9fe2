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
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is sent, how it travels, and what its sender is told. */
final class ProducerTest extends ProducerScene {
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
        try (RefusingAddresses refusing = new RefusingAddresses()) {
            String address = refusing.next();
            reopen(ProducerConfig.of(address));
            assertThatThrownBy(() -> producer.send(record("v")))
                    .isInstanceOfSatisfying(MillraceException.class, failure -> {
                        assertThat(failure.kind()).isEqualTo(Kind.UNREACHABLE);
                        assertThat(failure.isDefinite()).isTrue();
                        assertThat(failure).hasMessageContaining("no broker answered: " + address);
                    });
        }
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
}
