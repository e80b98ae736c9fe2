package io.millrace.client;

import static io.millrace.client.ScriptedBroker.TOPIC;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.grpc.Status.Code;
import io.millrace.client.PartitionWriter.Pending;
import io.millrace.proto.v1.Acks;
import io.millrace.proto.v1.ErrorReason;
import io.millrace.proto.v1.ProduceRequest;
import io.millrace.proto.v1.ProduceResponse;
import io.millrace.record.Codec;
import io.millrace.record.RecordBatch;
import io.millrace.record.RecordReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(30)
final class PartitionWriterTest {
    private static final int EPOCH = 1;

    private final ScriptedBroker broker = new ScriptedBroker();
    private final MillraceClient client =
            new MillraceClient(ClientConfig.of(broker.endpoint()).withTimeoutMs(10_000));
    private final CountDownLatch gate = new CountDownLatch(1);
    private final AtomicInteger logEnd = new AtomicInteger();

    @BeforeEach
    void leadThePartition() {
        broker.metadata.play(request -> ScriptedBroker.metadata(1, EPOCH, broker.endpoint()));
        broker.produce.play(this::storeOnceTheGateIsOpen);
    }

    @AfterEach
    void close() {
        gate.countDown();
        client.close();
        broker.close();
    }

    @Test
    void whatIsAppendedWhileABatchIsInFlightTravelsTogetherAndInOrder() {
        PartitionWriter writer = writer(1 << 20);
        List<Pending> pending = append(writer, 0, 1_000);
        gate.countDown();
        writer.flush();
        assertThat(broker.produce.requests()).hasSize(2);
        assertThat(storedValues()).containsExactlyElementsOf(values(0, 1_000));
        assertThat(pending).extracting(p -> p.offset().join()).containsExactlyElementsOf(offsets(1_000));
    }

    @Test
    void noBatchIsLargerThanAllowed() {
        gate.countDown();
        PartitionWriter writer = writer(200);
        append(writer, 0, 500);
        writer.flush();
        assertThat(broker.produce.requests())
                .allSatisfy(r -> assertThat(r.getBatch().getBatch().size()).isLessThanOrEqualTo(200));
        assertThat(storedValues()).containsExactlyElementsOf(values(0, 500));
    }

    @Test
    void aRecordLargerThanABatchTravelsAlone() {
        gate.countDown();
        PartitionWriter writer = writer(200);
        writer.append(1, null, bytes("small"), List.of());
        writer.append(1, null, bytes("x".repeat(1_000)), List.of());
        writer.append(1, null, bytes("small again"), List.of());
        writer.flush();
        assertThat(storedValues()).containsExactly("small", "x".repeat(1_000), "small again");
    }

    @Test
    void aWriterThatHoldsTwoFullBatchesMakesItsCallerWait() {
        PartitionWriter writer = writer(200);
        AtomicInteger appended = new AtomicInteger();
        CompletableFuture<Void> source =
                CompletableFuture.runAsync(() -> IntStream.range(0, 500).forEach(i -> {
                    writer.append(1, null, bytes("v" + i), List.of());
                    appended.incrementAndGet();
                }));
        await().until(() -> broker.produce.requests().size() == 1 && appended.get() > 1);
        await().during(java.time.Duration.ofMillis(100)).until(() -> appended.get() < 30);
        gate.countDown();
        source.join();
        writer.flush();
        assertThat(storedValues()).containsExactlyElementsOf(values(0, 500));
    }

    @Test
    void aFailedBatchStopsTheWriterAndWhatIsBehindItIsKnownNotToBeSent() {
        broker.produce.play(request -> {
            gate.await();
            throw Refusals.indeterminate(Code.DEADLINE_EXCEEDED, ErrorReason.ERROR_REASON_COMMIT_TIMEOUT);
        });
        PartitionWriter writer = new PartitionWriter(client, TOPIC, 0, WriterConfig.DEFAULT.withAcks(Acks.ACKS_LEADER));
        Pending sent = append(writer, 0, 1).get(0);
        await().until(() -> broker.produce.requests().size() == 1);
        Pending behind = append(writer, 1, 2).get(0);
        gate.countDown();
        assertThatThrownBy(writer::flush)
                .extracting(e -> ((MillraceException) e).reason())
                .isEqualTo(ErrorReason.ERROR_REASON_COMMIT_TIMEOUT);
        assertThat(failureOf(sent).isDefinite()).isFalse();
        assertThat(failureOf(behind).isDefinite()).isTrue();
        assertThatThrownBy(() -> append(writer, 2, 3)).isInstanceOf(MillraceException.class);
        assertThat(broker.produce.requests()).hasSize(1);
    }

    @Test
    void theSameBytesAreSentAgainAfterAFailureThatMayHaveStoredThem() {
        gate.countDown();
        broker.produce.play(
                request -> {
                    throw Refusals.indeterminate(Code.UNAVAILABLE, ErrorReason.ERROR_REASON_FORWARDING_FAILED);
                },
                this::storeOnceTheGateIsOpen);
        PartitionWriter writer = writer(1 << 20);
        Pending pending = append(writer, 0, 1).get(0);
        writer.flush();
        assertThat(pending.offset().join()).isEqualTo(0);
        assertThat(broker.produce.requests())
                .extracting(request -> request.getBatch().getBatch())
                .hasSize(2)
                .containsOnly(broker.produce.requests().get(0).getBatch().getBatch());
    }

    @Test
    void batchesAreNumberedByTheirRecordsUnderOneProducerIdForTheWriter() {
        gate.countDown();
        PartitionWriter writer = writer(200);
        append(writer, 0, 100);
        writer.flush();
        int expected = 0;
        for (RecordBatch batch : batches()) {
            assertThat(batch.producerId()).isEqualTo(ScriptedBroker.PRODUCER_ID);
            assertThat(batch.producerEpoch()).isZero();
            assertThat(batch.baseSequence()).isEqualTo(expected);
            expected += batch.recordCount();
        }
        assertThat(expected).isEqualTo(100);
        assertThat(broker.initProducer.requests()).hasSize(1);
    }

    @Test
    void twoWritersToOnePartitionAreTwoProducers() {
        gate.countDown();
        append(writer(200), 0, 1).get(0).batch().join();
        append(writer(200), 1, 2).get(0).batch().join();
        assertThat(broker.initProducer.requests()).hasSize(2);
        assertThat(batches()).extracting(RecordBatch::baseSequence).containsExactly(0, 0);
    }

    @Test
    void whereAnAcknowledgedRecordMayBeLostNoProducerIsNamed() {
        gate.countDown();
        PartitionWriter writer = new PartitionWriter(client, TOPIC, 0, WriterConfig.DEFAULT.withAcks(Acks.ACKS_LEADER));
        append(writer, 0, 1);
        writer.flush();
        assertThat(batches()).extracting(RecordBatch::producerId).containsExactly(-1L);
        assertThat(broker.initProducer.requests()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"ERROR_REASON_UNKNOWN_PRODUCER_ID", "ERROR_REASON_OUT_OF_ORDER_SEQUENCE"})
    void aProducerThatTheLeaderDoesNotFollowStopsTheWriterWithItsReason(ErrorReason reason) {
        broker.produce.play(request -> {
            throw Refusals.definite(Code.FAILED_PRECONDITION, reason);
        });
        PartitionWriter writer = writer(1 << 20);
        Pending pending = append(writer, 0, 1).get(0);
        assertThatThrownBy(writer::flush)
                .extracting(e -> ((MillraceException) e).reason())
                .isEqualTo(reason);
        assertThat(failureOf(pending).isDefinite()).isTrue();
        assertThat(broker.produce.requests()).hasSize(1);
    }

    /** Found by `millrace lab simulate`, seed 634: a leader that was cut off and deposed did not know what came after it. */
    @Test
    void aLeaderThatWasDeposedDoesNotStopTheWriterByWhatItMisses() {
        gate.countDown();
        PartitionWriter writer = writer(1 << 20);
        append(writer, 0, 1);
        writer.flush();
        broker.produce.play(
                request -> {
                    throw Refusals.outOfOrder(EPOCH - 1);
                },
                this::storeOnceTheGateIsOpen);
        append(writer, 1, 2);
        writer.flush();
        assertThat(batches()).extracting(RecordBatch::baseSequence).containsExactly(0, 1, 1);
    }

    @Test
    void aRefusalSaysNothingOfWhatAnEarlierAttemptHasDone() {
        broker.produce.play(
                request -> {
                    throw Refusals.indeterminate(Code.UNAVAILABLE, ErrorReason.ERROR_REASON_FORWARDING_FAILED);
                },
                request -> {
                    throw Refusals.definite(Code.FAILED_PRECONDITION, ErrorReason.ERROR_REASON_OUT_OF_ORDER_SEQUENCE);
                });
        Pending pending = append(writer(1 << 20), 0, 1).get(0);
        MillraceException failure = failureOf(pending);
        assertThat(failure.reason()).isEqualTo(ErrorReason.ERROR_REASON_OUT_OF_ORDER_SEQUENCE);
        assertThat(failure.isDefinite()).isFalse();
    }

    @Test
    void withoutAProducerIdNothingIsSent() {
        broker.initProducer.play(request -> {
            throw Refusals.indeterminate(Code.INTERNAL, ErrorReason.ERROR_REASON_INTERNAL);
        });
        MillraceException failure = failureOf(append(writer(1 << 20), 0, 1).get(0));
        assertThat(failure.reason()).isEqualTo(ErrorReason.ERROR_REASON_INTERNAL);
        assertThat(failure.isDefinite()).isTrue();
        assertThat(broker.produce.requests()).isEmpty();
    }

    @Test
    void closeWaitsForWhatWasAppended() {
        PartitionWriter writer = writer(1 << 20);
        List<Pending> pending = append(writer, 0, 10);
        CompletableFuture<Void> closing = CompletableFuture.runAsync(writer::close);
        gate.countDown();
        closing.join();
        assertThat(pending).allSatisfy(p -> assertThat(p.batch()).isCompleted());
        assertThatThrownBy(() -> append(writer, 10, 11)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void withAcksNoneNobodyKnowsTheOffset() {
        broker.produce.play(
                request -> ProduceResponse.newBuilder().setBaseOffset(-1).build());
        PartitionWriter writer = new PartitionWriter(client, TOPIC, 0, WriterConfig.DEFAULT.withAcks(Acks.ACKS_NONE));
        List<Pending> pending = append(writer, 0, 3);
        writer.flush();
        assertThat(pending).allSatisfy(p -> assertThat(p.offset().join()).isEqualTo(-1));
        assertThat(broker.produce.requests())
                .allSatisfy(r -> assertThat(r.getAcks()).isEqualTo(Acks.ACKS_NONE));
    }

    private ProduceResponse storeOnceTheGateIsOpen(ProduceRequest request) throws InterruptedException {
        gate.await();
        ProduceResponse stored = ScriptedBroker.stored(request, logEnd.get());
        logEnd.addAndGet(stored.getRecordCount());
        return stored;
    }

    private PartitionWriter writer(int maxBatchBytes) {
        return new PartitionWriter(client, TOPIC, 0, new WriterConfig(Acks.ACKS_ALL, Codec.NONE, maxBatchBytes));
    }

    private static List<Pending> append(PartitionWriter writer, int from, int to) {
        List<Pending> pending = new ArrayList<>();
        for (String value : values(from, to)) {
            pending.add(writer.append(1, null, bytes(value), List.of()));
        }
        return pending;
    }

    private List<RecordBatch> batches() {
        return broker.produce.requests().stream()
                .map(request -> RecordBatch.wrap(request.getBatch().getBatch().asReadOnlyByteBuffer()))
                .toList();
    }

    private List<String> storedValues() {
        List<String> values = new ArrayList<>();
        for (RecordBatch batch : batches()) {
            try (RecordReader reader = batch.records(1 << 20)) {
                while (reader.next()) {
                    values.add(StandardCharsets.UTF_8
                            .decode(reader.record().value())
                            .toString());
                }
            }
        }
        return values;
    }

    private static MillraceException failureOf(Pending pending) {
        return catchThrowableOfType(MillraceException.class, () -> Blocking.await(pending.batch()));
    }

    private static List<String> values(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> "v" + i).toList();
    }

    private static List<Long> offsets(int count) {
        return java.util.stream.LongStream.range(0, count).boxed().toList();
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }
}
