package io.millrace.broker.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.Status;
import io.millrace.broker.core.Outcome;
import io.millrace.broker.core.Refusal;
import io.millrace.broker.core.TopicPartition;
import io.millrace.broker.replication.PartitionServer.Fetched;
import io.millrace.proto.v1.ConsumerServiceGrpc;
import io.millrace.proto.v1.ErrorReason;
import io.millrace.proto.v1.FetchCredit;
import io.millrace.proto.v1.FetchFormat;
import io.millrace.proto.v1.FetchStreamOpen;
import io.millrace.proto.v1.FetchStreamRequest;
import io.millrace.proto.v1.FetchStreamResponse;
import io.millrace.proto.v1.Record;
import io.millrace.proto.v1.StreamEndReason;
import io.millrace.record.Codec;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FetchStreamTest {

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private RpcBroker broker;

    @BeforeEach
    void start() throws Exception {
        broker = new RpcBroker(1);
        broker.image = Clusters.image(List.of(broker.asImage()), 1, -1);
    }

    @AfterEach
    void stop() {
        broker.close();
    }

    @Test
    void nothingIsReadWithoutCredit() {
        StreamCall<FetchStreamRequest, FetchStreamResponse> stream = open(10);
        stream.send(credit(0, 1 << 20));
        stream.send(credit(100, 0));

        assertThat(fetch(0).offset()).isEqualTo(10);
        assertThat(stream.received).isEmpty();
    }

    @Test
    void whatIsReadIsPushedAndReadOnFromThere() {
        StreamCall<FetchStreamRequest, FetchStreamResponse> stream = open(10);
        stream.send(credit(1000, 1 << 20));

        answer(0, 12, Requests.stored(10, Codec.NONE, "a", "b"));
        answer(1, 13, Requests.stored(12, Codec.NONE, "c"));

        assertThat(stream.message(0).getFetched().getRecordsList())
                .extracting(Record::getOffset)
                .containsExactly(10L, 11L);
        assertThat(stream.message(0).getFetched().getHighWatermark()).isEqualTo(100);
        assertThat(stream.message(1).getFetched().getNextOffset()).isEqualTo(13);
        assertThat(fetch(2).offset()).isEqualTo(13);
    }

    @Test
    void theFirstReadAnswersAtOnceAndLaterOnesWait() {
        StreamCall<FetchStreamRequest, FetchStreamResponse> stream = open(10);
        stream.send(credit(1000, 1 << 20));
        answer(0, 10, NOTHING);

        assertThat(fetch(0).maxWaitNs()).isZero();
        assertThat(fetch(1).maxWaitNs()).isGreaterThan(1_000_000_000L);
        assertThat(stream.received).isEmpty();
    }

    @Test
    void creditInRecordsIsUsedUpAndGrantedAgain() {
        StreamCall<FetchStreamRequest, FetchStreamResponse> stream = open(10);
        stream.send(credit(2, 1 << 20));
        answer(0, 13, Requests.stored(10, Codec.NONE, "a", "b", "c"));
        stream.message(0);

        stream.send(credit(1, 0));
        stream.send(credit(1, 0));

        assertThat(fetch(1).offset()).isEqualTo(13);
        assertThat(broker.partitions.fetches).hasSize(2);
    }

    @Test
    void creditInBytesBoundsEachRead() {
        StreamCall<FetchStreamRequest, FetchStreamResponse> stream = open(10, FetchFormat.FETCH_FORMAT_BATCH);
        stream.send(credit(1000, 500));
        ByteBuffer batch = Requests.stored(10, Codec.NONE, "x".repeat(600));

        assertThat(fetch(0).maxBytes()).isEqualTo(500);
        answer(0, 11, batch);
        assertThat(stream.message(0).getFetched().getBatches().asReadOnlyByteBuffer())
                .isEqualTo(batch);
        // 600 and some bytes were sent for 500: it takes as many again, and some more, until more is read.
        stream.send(credit(0, 150));
        stream.send(credit(0, 1000));

        assertThat(fetch(1).maxBytes()).isLessThan(1000).isGreaterThan(500);
    }

    @Test
    void creditCountsTheRecordsAloneAsTheCallerDoes() {
        StreamCall<FetchStreamRequest, FetchStreamResponse> stream = open(10, FetchFormat.FETCH_FORMAT_BATCH);
        ByteBuffer batch = Requests.stored(10, Codec.NONE, "x".repeat(600));
        stream.send(credit(1000, batch.remaining() + 1));
        answer(0, 11, batch);

        assertThat(fetch(1).maxBytes()).as("what is left").isEqualTo(1);
    }

    @Test
    void aHeartbeatTellsHowFarThePartitionIsWhileNothingComes() {
        StreamCall<FetchStreamRequest, FetchStreamResponse> stream = open(10);
        stream.send(credit(1000, 1 << 20));
        answer(0, 10, NOTHING);

        assertThat(stream.message(0).getHeartbeat().getHighWatermark()).isEqualTo(42);
        assertThat(stream.message(0).getHeartbeat().getLogStartOffset()).isEqualTo(3);
    }

    @Test
    void aPartitionThatMovesEndsTheStreamWellAndSaysWhere() throws Exception {
        try (RpcBroker other = new RpcBroker(2)) {
            broker.image = Clusters.image(List.of(broker.asImage(), other.asImage()), 1);
            StreamCall<FetchStreamRequest, FetchStreamResponse> stream = open(10);
            stream.send(credit(1000, 1 << 20));
            answer(0, 11, Requests.stored(10, Codec.NONE, "a"));

            fetch(1).reply().accept(Outcome.no(Refusal.notLeader(new TopicPartition(Clusters.TOPIC_ID, 0), 2, 9)));

            stream.awaitCompleted();
            FetchStreamResponse end = stream.message(1);
            assertThat(end.getEnd().getReason()).isEqualTo(StreamEndReason.STREAM_END_REASON_LEADER_MOVED);
            assertThat(end.getEnd().getNextOffset()).isEqualTo(11);
            assertThat(end.getEnd().getLeader().getEndpoint()).isEqualTo(other.clientEndpoint());
            assertThat(end.getEnd().getLeader().getLeaderEpoch()).isEqualTo(9);
        }
    }

    @Test
    void aStreamThatNeverBeganIsRefusedWithItsReason() {
        StreamCall<FetchStreamRequest, FetchStreamResponse> leaderless = call();
        leaderless.send(open(Clusters.TOPIC, 1, 0, FetchFormat.FETCH_FORMAT_UNSPECIFIED));
        StreamCall<FetchStreamRequest, FetchStreamResponse> outside = open(10);
        outside.send(credit(1, 1));
        fetch(0).reply().accept(Outcome.no(Refusal.outOfRange(10, 20, 30)));

        assertThat(leaderless.awaitError().detail().getReason())
                .isEqualTo(ErrorReason.ERROR_REASON_LEADER_NOT_AVAILABLE);
        assertThat(outside.awaitError().code()).isEqualTo(Status.Code.OUT_OF_RANGE);
        assertThat(outside.awaitError().detail().getLogStartOffset()).isEqualTo(20);
    }

    @Test
    void whatMakesNoSenseIsRefused() {
        StreamCall<FetchStreamRequest, FetchStreamResponse> creditFirst = call();
        creditFirst.send(credit(1, 1));
        StreamCall<FetchStreamRequest, FetchStreamResponse> empty = call();
        empty.send(FetchStreamRequest.getDefaultInstance());
        StreamCall<FetchStreamRequest, FetchStreamResponse> twice = open(1);
        twice.send(open(Clusters.TOPIC, 0, 2, FetchFormat.FETCH_FORMAT_BATCH));
        StreamCall<FetchStreamRequest, FetchStreamResponse> negative = open(1);
        negative.send(credit(-1, 1));
        StreamCall<FetchStreamRequest, FetchStreamResponse> name = call();
        name.send(open("../x", 0, 0, FetchFormat.FETCH_FORMAT_BATCH));

        for (StreamCall<FetchStreamRequest, FetchStreamResponse> stream :
                List.of(creditFirst, empty, twice, negative, name)) {
            assertThat(stream.awaitError().code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        }
        assertThat(broker.partitions.fetches).isEmpty();
    }

    @Test
    void creditWithoutLimitMayBeGrantedAgain() {
        StreamCall<FetchStreamRequest, FetchStreamResponse> stream = open(10);
        stream.send(credit(Long.MAX_VALUE, Long.MAX_VALUE));
        stream.send(credit(Long.MAX_VALUE, Long.MAX_VALUE));
        answer(0, 11, Requests.stored(10, Codec.NONE, "a"));

        assertThat(fetch(1).offset()).isEqualTo(11);
    }

    @Test
    void ofACallerThatDoesNotReadNoMoreThanTheConnectionHoldsIsInMemory() {
        ByteBuffer batch = Requests.stored(10, Codec.NONE, "x".repeat(1 << 20));
        broker.partitions.onFetch =
                reply -> reply.accept(Outcome.ok(new Fetched(batch.asReadOnlyBuffer(), 11, 100, 3, 5)));
        StreamCall<FetchStreamRequest, FetchStreamResponse> stream = new StreamCall<>(false);
        var unused = ConsumerServiceGrpc.newStub(broker.client()).fetchStream(stream);
        stream.send(open(Clusters.TOPIC, 0, 10, FetchFormat.FETCH_FORMAT_BATCH));
        stream.send(credit(Long.MAX_VALUE, Long.MAX_VALUE));

        await().during(Duration.ofMillis(300))
                .atMost(Duration.ofSeconds(20))
                .until(() -> broker.partitions.fetches.size(), reads -> reads > 0 && reads < 12);

        stream.read(20);
        stream.message(19);
        stream.cancel();
    }

    @Test
    void aBrokerThatStopsEndsTheStreamWell() {
        StreamCall<FetchStreamRequest, FetchStreamResponse> stream = open(10);
        stream.send(credit(1000, 1 << 20));
        answer(0, 11, Requests.stored(10, Codec.NONE, "a"));
        fetch(1);

        CompletableFuture<Void> stopping =
                CompletableFuture.runAsync(() -> broker.servers.drain(Duration.ofSeconds(20)));
        stream.awaitCompleted();
        stopping.join();

        assertThat(stream.message(1).getEnd().getReason()).isEqualTo(StreamEndReason.STREAM_END_REASON_DRAINING);
        assertThat(stream.message(1).getEnd().getNextOffset()).isEqualTo(11);
        await().until(() -> broker.partitions.givenUp.get() == 1);
    }

    @Test
    void aCallerThatGoesLetsGoOfTheReadThatWaits() {
        StreamCall<FetchStreamRequest, FetchStreamResponse> stream = open(10);
        stream.send(credit(1000, 1 << 20));
        fetch(0);

        stream.cancel();

        await().until(() -> broker.partitions.givenUp.get() == 1);
        answer(0, 11, Requests.stored(10, Codec.NONE, "a"));
        assertThat(broker.faults).isEmpty();
    }

    @Test
    void halfClosingEndsTheStream() {
        StreamCall<FetchStreamRequest, FetchStreamResponse> stream = open(10);
        stream.send(credit(1000, 1 << 20));
        fetch(0);

        stream.halfClose();

        stream.awaitCompleted();
        await().until(() -> broker.partitions.givenUp.get() == 1);
    }

    private StreamCall<FetchStreamRequest, FetchStreamResponse> open(long offset) {
        return open(offset, FetchFormat.FETCH_FORMAT_UNSPECIFIED);
    }

    private StreamCall<FetchStreamRequest, FetchStreamResponse> open(long offset, FetchFormat format) {
        StreamCall<FetchStreamRequest, FetchStreamResponse> call = call();
        call.send(open(Clusters.TOPIC, 0, offset, format));
        return call;
    }

    private StreamCall<FetchStreamRequest, FetchStreamResponse> call() {
        StreamCall<FetchStreamRequest, FetchStreamResponse> call = new StreamCall<>(true);
        var unused = ConsumerServiceGrpc.newStub(broker.client()).fetchStream(call);
        return call;
    }

    private static FetchStreamRequest open(String topic, int partition, long offset, FetchFormat format) {
        return FetchStreamRequest.newBuilder()
                .setOpen(FetchStreamOpen.newBuilder()
                        .setTopic(topic)
                        .setPartition(partition)
                        .setOffset(offset)
                        .setFormat(format))
                .build();
    }

    private static FetchStreamRequest credit(long records, long bytes) {
        return FetchStreamRequest.newBuilder()
                .setCredit(FetchCredit.newBuilder().setRecords(records).setBytes(bytes))
                .build();
    }

    private FakePartitions.Fetch fetch(int index) {
        await().until(() -> broker.partitions.fetches.size() > index);
        return broker.partitions.fetches.get(index);
    }

    private void answer(int index, long nextOffset, ByteBuffer batches) {
        Consumer<Outcome<Fetched>> reply = fetch(index).reply();
        reply.accept(Outcome.ok(new Fetched(batches.asReadOnlyBuffer(), nextOffset, 100, 3, Clusters.LEADER_EPOCH)));
    }
}
