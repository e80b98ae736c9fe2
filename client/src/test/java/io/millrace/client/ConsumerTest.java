package io.millrace.client;

import static io.millrace.client.StreamCluster.TOPIC;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.client.MillraceException.Kind;
import io.millrace.proto.v1.ErrorReason;
import io.millrace.record.BatchLayout;
import io.millrace.record.Codec;
import io.millrace.record.RecordBatch;
import io.millrace.record.RecordBatchBuilder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class ConsumerTest {
    private static final Duration LONG = Duration.ofSeconds(10);
    private static final Duration SHORT = Duration.ofMillis(100);
    private static final TopicPartition FIRST = new TopicPartition(TOPIC, 0);
    private static final TopicPartition SECOND = new TopicPartition(TOPIC, 1);

    private final StreamCluster cluster = new StreamCluster(2, 2);
    private Consumer consumer = Consumer.open(ConsumerConfig.of(cluster.bootstrap()));

    private void reopen(ConsumerConfig config) {
        consumer.close();
        consumer = Consumer.open(config);
    }

    @AfterEach
    void close() {
        consumer.close();
        cluster.close();
    }

    @Test
    void everyRecordComesOnceAndInOrderFromSeveralPartitions() {
        fill(0, 0, 500, Codec.NONE);
        fill(1, 0, 500, Codec.ZSTD);
        consumer.assign(Map.of(FIRST, StartPosition.earliest(), SECOND, StartPosition.earliest()));
        Map<TopicPartition, List<Long>> offsets = new HashMap<>();
        List<String> values = new ArrayList<>();
        while (values.size() < 1_000) {
            for (ConsumerRecord record : poll()) {
                offsets.computeIfAbsent(record.topicPartition(), first -> new ArrayList<>())
                        .add(record.offset());
                values.add(StreamCluster.text(record.value()));
            }
        }
        assertThat(offsets.get(FIRST)).containsExactlyElementsOf(offsets(0, 500));
        assertThat(offsets.get(SECOND)).containsExactlyElementsOf(offsets(0, 500));
        assertThat(values).contains("v0", "v499");
        assertThat(consumer.position(FIRST)).isEqualTo(500);
    }

    @Test
    void whatIsAppendedLaterComesToo() {
        consumer.assign(Map.of(FIRST, StartPosition.latest()));
        assertThat(consumer.position(FIRST)).isZero();
        fill(0, 0, 10, Codec.NONE);
        assertThat(read(FIRST, 10)).containsExactlyElementsOf(offsets(0, 10));
    }

    @Test
    void recordsBelowTheWantedOffsetAreLeftOut() {
        fill(0, 0, 10, Codec.NONE);
        consumer.assign(Map.of(FIRST, StartPosition.offset(7)));
        ConsumerRecords records = poll();
        assertThat(records.count()).isEqualTo(3);
        assertThat(records.partitions()).containsExactly(FIRST);
        assertThat(records.records(FIRST)).extracting(ConsumerRecord::offset).containsExactly(7L, 8L, 9L);
    }

    @Test
    void aTimeIsFoundAndOneThatIsTooLateMeansTheEnd() {
        fill(0, 0, 10, Codec.NONE);
        consumer.assign(Map.of(FIRST, StartPosition.time(5_000), SECOND, StartPosition.time(5_000)));
        assertThat(consumer.position(FIRST)).isEqualTo(5);
        assertThat(consumer.position(SECOND)).isZero();
    }

    @Test
    void aLeaderThatMovesIsFollowedByTheStreamsEndByAHintAndByAPush() {
        consumer.assign(Map.of(FIRST, StartPosition.earliest()));
        fill(0, 0, 10, Codec.NONE);
        List<Long> seen = new ArrayList<>(read(FIRST, 10));
        cluster.lead(0, 1);
        cluster.broker(0).drain();
        fill(0, 10, 20, Codec.NONE);
        seen.addAll(read(FIRST, 10));
        cluster.lead(0, 0);
        cluster.broker(1).breakStreams();
        fill(0, 20, 30, Codec.NONE);
        seen.addAll(read(FIRST, 10));
        cluster.lead(0, 1);
        cluster.push();
        await().until(() -> !cluster.broker(1).fetchStreams.isEmpty());
        fill(0, 30, 40, Codec.NONE);
        seen.addAll(read(FIRST, 10));
        assertThat(seen).containsExactlyElementsOf(offsets(0, 40));
    }

    @Test
    void anApplicationThatDoesNotPollHoldsNoMoreThanTheBuffer() {
        reopen(ConsumerConfig.of(cluster.bootstrap()).withBufferBytes(20_000));
        fill(0, 0, 5_000, Codec.NONE);
        fill(1, 0, 5_000, Codec.NONE);
        int batchBytes = cluster.batches(0).get(0).sizeInBytes();
        consumer.assign(Map.of(FIRST, StartPosition.earliest(), SECOND, StartPosition.earliest()));
        await().until(() -> cluster.broker(0).fetchedBytes.get() >= 20_000);
        await().during(Duration.ofMillis(300))
                .until(() -> cluster.broker(0).fetchedBytes.get() <= 20_000 + 2L * batchBytes);
        assertThat(readAll(10_000)).hasSize(10_000).doesNotHaveDuplicates();
    }

    @Test
    void seekGoesBackAndDropsWhatWasBuffered() {
        fill(0, 0, 100, Codec.NONE);
        consumer.assign(Map.of(FIRST, StartPosition.earliest()));
        read(FIRST, 100);
        consumer.seek(FIRST, StartPosition.offset(42));
        assertThat(consumer.position(FIRST)).isEqualTo(42);
        assertThat(read(FIRST, 58)).containsExactlyElementsOf(offsets(42, 100));
    }

    @Test
    void aPausedPartitionGivesNothingUntilItIsResumed() {
        consumer.assign(Map.of(FIRST, StartPosition.earliest(), SECOND, StartPosition.earliest()));
        consumer.pause(List.of(FIRST));
        fill(0, 0, 10, Codec.NONE);
        fill(1, 0, 10, Codec.NONE);
        assertThat(read(SECOND, 10)).hasSize(10);
        assertThat(consumer.poll(SHORT).isEmpty()).isTrue();
        consumer.resume(List.of(FIRST));
        assertThat(read(FIRST, 10)).containsExactlyElementsOf(offsets(0, 10));
    }

    @Test
    void anOffsetThatIsNotThereIsToldToTheApplication() {
        consumer.assign(Map.of(FIRST, StartPosition.offset(1_000)));
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(this::poll)
                    .isInstanceOfSatisfying(
                            MillraceException.class,
                            failure -> assertThat(failure.reason())
                                    .isEqualTo(ErrorReason.ERROR_REASON_OFFSET_OUT_OF_RANGE));
        }
        fill(0, 0, 10, Codec.NONE);
        consumer.seek(FIRST, StartPosition.earliest());
        assertThat(read(FIRST, 10)).hasSize(10);
    }

    @Test
    void anOffsetThatIsNotThereMeansTheStartWhereThatIsThePolicy() {
        reopen(ConsumerConfig.of(cluster.bootstrap()).withOnOutOfRange(OutOfRangePolicy.EARLIEST));
        fill(0, 0, 10, Codec.NONE);
        consumer.assign(Map.of(FIRST, StartPosition.offset(1_000)));
        assertThat(read(FIRST, 10)).containsExactlyElementsOf(offsets(0, 10));
    }

    @Test
    void aBatchThatDoesNotMatchItsChecksumIsNotHandedOutAndNothingBehindItEither() {
        fill(0, 0, 10, Codec.NONE);
        ByteBuffer bytes = batch(10, 20, Codec.NONE);
        bytes.put(BatchLayout.HEADER_BYTES + 8, (byte) (bytes.get(BatchLayout.HEADER_BYTES + 8) ^ 1));
        cluster.plant(0, RecordBatch.wrap(bytes));
        fill(0, 20, 30, Codec.NONE);
        consumer.assign(Map.of(FIRST, StartPosition.earliest()));
        List<Long> seen = new ArrayList<>();
        assertThatThrownBy(() -> {
                    while (true) {
                        poll().forEach(record -> seen.add(record.offset()));
                    }
                })
                .isInstanceOfSatisfying(
                        MillraceException.class,
                        failure -> assertThat(failure.kind()).isEqualTo(Kind.PROTOCOL));
        assertThat(seen).containsExactlyElementsOf(offsets(0, 10));
        assertThat(consumer.position(FIRST)).isEqualTo(10);
    }

    @Test
    void aPollWithNothingAssignedIsRefusedInsteadOfWaitingForNothing() {
        assertThatThrownBy(this::poll).isInstanceOf(IllegalStateException.class).hasMessageContaining("assign");
        consumer.assign(Map.of(FIRST, StartPosition.earliest()));
        assertThat(consumer.poll(SHORT).isEmpty()).isTrue();
        CompletableFuture<ConsumerRecords> waiting = CompletableFuture.supplyAsync(() -> consumer.poll(LONG));
        consumer.assign(Map.of());
        assertThatThrownBy(waiting::join).hasCauseInstanceOf(IllegalStateException.class);
    }

    @Test
    void aRecordInALogSaysWhereItIsAndHowLargeAndNotWhatItHolds() {
        fill(1, 0, 10, Codec.NONE);
        consumer.assign(Map.of(SECOND, StartPosition.offset(7)));
        assertThat(poll().iterator().next()).hasToString(TOPIC + "-1@7 (key null, value 2 B)");
    }

    @Test
    void wakeupEndsAPollThatWaitsOrElseTheNextOne() {
        consumer.assign(Map.of(FIRST, StartPosition.earliest()));
        CompletableFuture<ConsumerRecords> waiting = CompletableFuture.supplyAsync(() -> consumer.poll(LONG));
        consumer.wakeup();
        assertThat(waiting.join().isEmpty()).isTrue();
    }

    @Test
    void closeEndsAPollThatWaits() {
        consumer.assign(Map.of(FIRST, StartPosition.earliest()));
        CompletableFuture<ConsumerRecords> waiting = CompletableFuture.supplyAsync(() -> consumer.poll(LONG));
        consumer.close();
        assertThatThrownBy(waiting::join).hasCauseInstanceOf(IllegalStateException.class);
    }

    private ConsumerRecords poll() {
        return consumer.poll(LONG);
    }

    private List<Long> read(TopicPartition partition, int count) {
        List<Long> offsets = new ArrayList<>();
        while (offsets.size() < count) {
            ConsumerRecords records = poll();
            assertThat(records.isEmpty()).as("after %s records", offsets.size()).isFalse();
            records.records(partition).forEach(record -> offsets.add(record.offset()));
        }
        return offsets;
    }

    private List<String> readAll(int count) {
        List<String> all = new ArrayList<>();
        while (all.size() < count) {
            ConsumerRecords records = poll();
            assertThat(records.isEmpty()).as("after %s records", all.size()).isFalse();
            records.forEach(record -> all.add(record.topicPartition() + "@" + record.offset()));
        }
        return all;
    }

    private static List<Long> offsets(long from, long to) {
        List<Long> offsets = new ArrayList<>();
        for (long offset = from; offset < to; offset++) {
            offsets.add(offset);
        }
        return offsets;
    }

    /** Ten records to a batch, the n-th with the timestamp n seconds. */
    private void fill(int partition, int from, int to, Codec codec) {
        for (int i = from; i < to; i += 10) {
            cluster.plant(partition, RecordBatch.wrap(batch(i, i + 10, codec)));
        }
    }

    private static ByteBuffer batch(int from, int to, Codec codec) {
        RecordBatchBuilder builder = new RecordBatchBuilder(codec);
        IntStream.range(from, to)
                .forEach(i -> builder.append(
                        1_000L * i, null, ByteBuffer.wrap(("v" + i).getBytes(StandardCharsets.UTF_8)), List.of()));
        return builder.build();
    }
}
