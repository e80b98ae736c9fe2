package io.millrace.broker.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import io.grpc.Context;
import io.millrace.broker.core.Outcome;
import io.millrace.broker.core.Refusal;
import io.millrace.broker.replication.PartitionServer.Fetched;
import io.millrace.broker.replication.PartitionServer.FoundOffset;
import io.millrace.broker.replication.PartitionServer.Position;
import io.millrace.proto.v1.ConsumerServiceGrpc;
import io.millrace.proto.v1.ConsumerServiceGrpc.ConsumerServiceBlockingStub;
import io.millrace.proto.v1.ErrorReason;
import io.millrace.proto.v1.FetchFormat;
import io.millrace.proto.v1.FetchRequest;
import io.millrace.proto.v1.FetchResponse;
import io.millrace.proto.v1.LatestPosition;
import io.millrace.proto.v1.ListOffsetsResponse;
import io.millrace.proto.v1.Record;
import io.millrace.record.Codec;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FetchTest {

    private RpcBroker broker;
    private ConsumerServiceBlockingStub consumer;

    @BeforeEach
    void start() throws Exception {
        broker = new RpcBroker(1);
        broker.image = Clusters.image(List.of(broker.asImage()), 1);
        consumer = ConsumerServiceGrpc.newBlockingStub(broker.client());
    }

    @AfterEach
    void stop() {
        broker.close();
    }

    @ParameterizedTest
    @EnumSource
    void recordsBelowTheOffsetAskedForAreTrimmed(Codec codec) {
        serve(14, Requests.stored(10, codec, "a", "b", "c"), Requests.stored(13, Codec.NONE, "d"));

        FetchResponse response = consumer.fetch(Requests.fetch(0, 12));

        assertThat(response.getRecordsList()).extracting(Record::getOffset).containsExactly(12L, 13L);
        assertThat(response.getRecords(0).getValue().toStringUtf8()).isEqualTo("c");
        assertThat(response.getRecords(0).getKey().toStringUtf8()).isEqualTo("k2");
        assertThat(response.getRecords(0).getTimestamp())
                .isEqualTo(
                        Timestamp.newBuilder().setSeconds(1).setNanos(2_000_000).build());
        assertThat(response.getNextOffset()).isEqualTo(14);
        assertThat(response.getHighWatermark()).isEqualTo(100);
        assertThat(response.getLogStartOffset()).isEqualTo(3);
        assertThat(response.getLeaderEpoch()).isEqualTo(Clusters.LEADER_EPOCH);
        assertThat(response.getTopicId()).isEqualTo(Clusters.TOPIC_ID);
    }

    @ParameterizedTest
    @EnumSource
    void whatABatchUnpacksToIsCutAtMaxBytesAndTheRestComesNext(Codec codec) {
        String big = "x".repeat(1000);
        serve(13, Requests.stored(10, codec, big, big, big));
        FetchRequest request =
                Requests.fetch(0, 10).toBuilder().setMaxBytes(2100).build();

        FetchResponse first = consumer.fetch(request);
        FetchResponse second = consumer.fetch(
                request.toBuilder().setOffset(first.getNextOffset()).build());

        assertThat(first.getRecordsList()).extracting(Record::getOffset).containsExactly(10L, 11L);
        assertThat(first.getNextOffset()).isEqualTo(12);
        assertThat(second.getRecordsList()).extracting(Record::getOffset).containsExactly(12L);
        assertThat(second.getNextOffset()).isEqualTo(13);
    }

    @Test
    void oneRecordComesHoweverLargeItIs() {
        serve(11, Requests.stored(10, Codec.NONE, "x".repeat(5000)));

        FetchResponse response =
                consumer.fetch(Requests.fetch(0, 10).toBuilder().setMaxBytes(1).build());

        assertThat(response.getRecordsCount()).isEqualTo(1);
        assertThat(response.getNextOffset()).isEqualTo(11);
    }

    @ParameterizedTest
    @EnumSource
    void encodedBatchesArePassedOnAsTheyAre(Codec codec) {
        ByteBuffer first = Requests.stored(10, codec, "a", "b");
        ByteBuffer second = Requests.stored(12, Codec.NONE, "c");
        serve(13, first, second);

        FetchResponse response = consumer.fetch(Requests.fetch(0, 11).toBuilder()
                .setFormat(FetchFormat.FETCH_FORMAT_BATCH)
                .build());

        assertThat(response.getBatches()).isEqualTo(ByteString.copyFrom(Requests.concat(first, second)));
        assertThat(response.getRecordsList()).isEmpty();
        assertThat(response.getNextOffset()).isEqualTo(13);
    }

    @Test
    void nothingNewIsAnEmptyAnswerAtTheOffsetAskedFor() {
        serve(10);

        FetchResponse response = consumer.fetch(Requests.fetch(0, 10));

        assertThat(response.getRecordsCount()).isZero();
        assertThat(response.getNextOffset()).isEqualTo(10);
    }

    @Test
    void aStoredBatchThatCannotBeReadIsAnErrorNotAGap() {
        ByteBuffer broken = Requests.stored(10, Codec.ZSTD, "a".repeat(100));
        broken.put(70, (byte) ~broken.get(70));
        serve(11, broken);

        Errors errors = Errors.of(() -> consumer.fetch(Requests.fetch(0, 10)));

        assertThat(errors.detail().getReason()).isEqualTo(ErrorReason.ERROR_REASON_STORAGE_FAILED);
    }

    @Test
    void unsetLimitsHaveDefaultsAndLargeOnesAreCut() {
        serve(0);
        consumer.fetch(Requests.fetch(0, 0));
        consumer.fetch(Requests.fetch(0, 0).toBuilder()
                .setMinBytes(Integer.MAX_VALUE)
                .setMaxBytes(Integer.MAX_VALUE)
                .setMaxWait(Duration.newBuilder().setSeconds(60))
                .build());

        FakePartitions.Fetch plain = broker.partitions.fetches.get(0);
        assertThat(plain.minBytes()).isEqualTo(1);
        assertThat(plain.maxBytes()).isEqualTo(1 << 20);
        assertThat(plain.maxWaitNs()).isZero();
        FakePartitions.Fetch greedy = broker.partitions.fetches.get(1);
        assertThat(greedy.minBytes()).isEqualTo(Clusters.LIMITS.maxFetchBytes());
        assertThat(greedy.maxBytes()).isEqualTo(Clusters.LIMITS.maxFetchBytes());
        assertThat(greedy.maxWaitNs()).isEqualTo(60_000_000_000L);
    }

    @Test
    void theCallsDeadlineEndsTheWaitInTimeForTheAnswer() {
        serve(0);

        consumer.withDeadlineAfter(5, TimeUnit.SECONDS).fetch(waiting());

        assertThat(broker.partitions.fetches.get(0).maxWaitNs()).isLessThan(TimeUnit.MILLISECONDS.toNanos(4901));
    }

    @Test
    void aCallThatIsCancelledGivesUpWaiting() {
        Future<FetchResponse> call =
                ConsumerServiceGrpc.newFutureStub(broker.client()).fetch(waiting());
        await().until(() -> broker.partitions.fetches.size() == 1);
        assertThat(broker.partitions.givenUp).hasValue(0);

        call.cancel(true);

        await().untilAsserted(() -> assertThat(broker.partitions.givenUp).hasValue(1));
    }

    @Test
    void aBrokerThatDrainsGivesUpWaitingAndStillAnswers() throws Exception {
        Future<FetchResponse> call = Context.ROOT.call(
                () -> ConsumerServiceGrpc.newFutureStub(broker.client()).fetch(waiting()));
        await().until(() -> broker.partitions.fetches.size() == 1);
        Thread drain = new Thread(() -> broker.servers.drain(java.time.Duration.ofSeconds(20)));
        drain.start();
        await().untilAsserted(() -> assertThat(broker.partitions.givenUp).hasValue(1));

        broker.partitions.fetches.get(0).reply().accept(Outcome.ok(fetched(10)));

        assertThat(call.get(30, TimeUnit.SECONDS).getNextOffset()).isEqualTo(10);
        drain.join(10_000);
        assertThat(drain.isAlive()).isFalse();
    }

    @Test
    void anAnsweredFetchIsNotGivenUpLater() {
        serve(0);
        consumer.fetch(waiting());

        broker.servers.drain(java.time.Duration.ofSeconds(1));

        assertThat(broker.partitions.givenUp).hasValue(0);
    }

    @Test
    void anOffsetOutOfRangeTellsTheRange() {
        broker.partitions.onFetch = reply -> reply.accept(Outcome.no(Refusal.outOfRange(2, 3, 100)));

        Errors errors = Errors.of(() -> consumer.fetch(Requests.fetch(0, 2)));

        assertThat(errors.detail().getLogStartOffset()).isEqualTo(3);
        assertThat(errors.detail().getLogEndOffset()).isEqualTo(100);
    }

    @Test
    void positionsAreHandedOverAndATimeIsRoundedUp() {
        broker.partitions.onOffsetFor = reply -> reply.accept(Outcome.ok(new FoundOffset(7, 1500, 5, 9)));

        consumer.listOffsets(Requests.listOffsets(0));
        consumer.listOffsets(Requests.listOffsets(0).toBuilder()
                .setLatest(LatestPosition.getDefaultInstance())
                .build());
        ListOffsetsResponse found = consumer.listOffsets(Requests.listOffsets(0).toBuilder()
                .setTime(Timestamp.newBuilder().setSeconds(1).setNanos(1))
                .build());

        assertThat(broker.partitions.offsetsAsked)
                .extracting(FakePartitions.OffsetAsked::position)
                .containsExactly(Position.EARLIEST, Position.LATEST, Position.ofTime(1001));
        assertThat(found.getOffset()).isEqualTo(7);
        assertThat(found.getTimestamp())
                .isEqualTo(Timestamp.newBuilder()
                        .setSeconds(1)
                        .setNanos(500_000_000)
                        .build());
    }

    @Test
    void anOffsetWithoutARecordHasNoTimestamp() {
        broker.partitions.onOffsetFor = reply -> reply.accept(Outcome.ok(new FoundOffset(-1, -1, 5, 9)));

        ListOffsetsResponse response = consumer.listOffsets(Requests.listOffsets(0));

        assertThat(response.getOffset()).isEqualTo(-1);
        assertThat(response.hasTimestamp()).isFalse();
    }

    private void serve(long nextOffset, ByteBuffer... batches) {
        broker.partitions.onFetch = reply -> reply.accept(Outcome.ok(fetched(nextOffset, batches)));
    }

    private static Fetched fetched(long nextOffset, ByteBuffer... batches) {
        return new Fetched(Requests.concat(batches), nextOffset, 100, 3, Clusters.LEADER_EPOCH);
    }

    private static FetchRequest waiting() {
        return Requests.fetch(0, 10).toBuilder()
                .setMaxWait(Duration.newBuilder().setSeconds(60))
                .build();
    }
}
