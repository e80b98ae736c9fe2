package io.millrace.broker.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.grpc.Status;
import io.millrace.broker.core.Appended;
import io.millrace.broker.core.ErrorReason;
import io.millrace.broker.core.Outcome;
import io.millrace.broker.core.Refusal;
import io.millrace.proto.v1.AppendOutcome;
import io.millrace.proto.v1.Certainty;
import io.millrace.proto.v1.PartitionBatch;
import io.millrace.proto.v1.ProduceStreamRequest;
import io.millrace.proto.v1.ProduceStreamResponse;
import io.millrace.proto.v1.ProduceStreamResponse.MessageCase;
import io.millrace.proto.v1.ProduceWindow;
import io.millrace.proto.v1.ProducerServiceGrpc;
import io.millrace.proto.v1.StreamEndReason;
import io.millrace.proto.v1.StreamError;
import io.millrace.record.Codec;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ProduceStreamTest {

    private RpcBroker broker;
    private final Queue<Consumer<Outcome<Appended>>> open = new ConcurrentLinkedQueue<>();

    @BeforeEach
    void start() throws Exception {
        broker = new RpcBroker(1);
        broker.image = Clusters.image(List.of(broker.asImage()), 1, 1, 2);
        broker.partitions.onProduce = open::add;
    }

    @AfterEach
    void stop() {
        broker.close();
    }

    @Test
    void theWindowComesFirstAndEachFrameIsAnsweredOnceInWhateverOrder() {
        StreamCall<ProduceStreamRequest, ProduceStreamResponse> stream = open(true);
        ProduceWindow window = stream.message(0).getWindow();
        stream.send(frame(1, 0));
        stream.send(frame(7, 1));
        awaitTaken(2);

        Consumer<Outcome<Appended>> first = open.remove();
        open.remove().accept(appended(20));
        first.accept(appended(10));

        assertThat(window.getMaxInflightFrames()).isGreaterThan(4);
        assertThat(window.getMaxInflightBytes()).isGreaterThan(1 << 20);
        assertThat(stream.message(1).getResult().getFrameId()).isEqualTo(7);
        assertThat(stream.message(1).getResult().getAppended().getBaseOffset()).isEqualTo(20);
        assertThat(stream.message(2).getResult().getFrameId()).isEqualTo(1);
        assertThat(stream.message(2).getResult().getAppended().getOutcome())
                .isEqualTo(AppendOutcome.APPEND_OUTCOME_COMMITTED);
    }

    @Test
    void framesReachTheirPartitionsInTheOrderInWhichTheyWereSent() {
        StreamCall<ProduceStreamRequest, ProduceStreamResponse> stream = open(true);
        for (int i = 1; i <= 50; i++) {
            stream.send(frame(i, i % 2));
        }
        awaitTaken(50);

        assertThat(broker.partitions.produced)
                .extracting(produced -> produced.partition().partition())
                .containsExactlyElementsOf(java.util.stream.IntStream.rangeClosed(1, 50)
                        .mapToObj(i -> i % 2)
                        .toList());
    }

    @Test
    void aRefusedFrameDoesNotEndTheStream() {
        StreamCall<ProduceStreamRequest, ProduceStreamResponse> stream = open(true);
        stream.send(frame(1, 2));
        stream.send(frame(2, 9));
        stream.send(ProduceStreamRequest.newBuilder()
                .setFrameId(3)
                .setBatch(PartitionBatch.newBuilder()
                        .setTopic(Clusters.TOPIC)
                        .setPartition(0)
                        .setBatch(ByteString.copyFromUtf8("no batch")))
                .build());
        stream.send(frame(4, 0));
        awaitTaken(1);
        open.remove().accept(Outcome.no(Refusal.commitTimeout(5)));

        assertThat(error(stream, 1).getDetail().getReason())
                .isEqualTo(io.millrace.proto.v1.ErrorReason.ERROR_REASON_LEADER_NOT_AVAILABLE);
        assertThat(error(stream, 2).getDetail().getReason())
                .isEqualTo(io.millrace.proto.v1.ErrorReason.ERROR_REASON_UNKNOWN_TOPIC);
        assertThat(error(stream, 3).getDetail().getReason())
                .isEqualTo(io.millrace.proto.v1.ErrorReason.ERROR_REASON_BAD_RECORD);
        assertThat(error(stream, 4).getDetail().getReason())
                .isEqualTo(io.millrace.proto.v1.ErrorReason.ERROR_REASON_COMMIT_TIMEOUT);
        assertThat(error(stream, 4).getDetail().getCertainty()).isEqualTo(Certainty.CERTAINTY_INDETERMINATE);
        assertThat(stream.isCompleted).isFalse();
    }

    @Test
    void aFrameForAnotherLeaderIsNotForwardedButGetsAHint() throws Exception {
        try (RpcBroker other = new RpcBroker(2)) {
            broker.image = Clusters.image(List.of(broker.asImage(), other.asImage()), 1, 1, 2);
            StreamCall<ProduceStreamRequest, ProduceStreamResponse> stream = open(true);
            stream.send(frame(1, 2));

            StreamError error = error(stream, 1);

            assertThat(error.getDetail().getReason())
                    .isEqualTo(io.millrace.proto.v1.ErrorReason.ERROR_REASON_NOT_LEADER);
            assertThat(error.getDetail().getLeader().getEndpoint()).isEqualTo(other.clientEndpoint());
            assertThat(other.partitions.produced).isEmpty();
        }
    }

    @Test
    void noMoreFramesThanTheWindowAreTakenAtATime() {
        StreamCall<ProduceStreamRequest, ProduceStreamResponse> stream = open(true);
        int window = stream.message(0).getWindow().getMaxInflightFrames();
        for (int i = 1; i <= window + 10; i++) {
            stream.send(frame(i, 0));
        }
        awaitTaken(window);
        assertThat(broker.partitions.produced).hasSize(window);

        open.remove().accept(appended(0));

        awaitTaken(window + 1);
        assertThat(broker.partitions.produced).hasSize(window + 1);
    }

    @Test
    void whoeverDoesNotReadItsAnswersSendsNoMoreThanAWindowAndWhatTheConnectionHolds() {
        broker.partitions.onProduce =
                reply -> reply.accept(Outcome.no(Refusal.definite(ErrorReason.NOT_ENOUGH_REPLICAS, "x".repeat(900))));
        StreamCall<ProduceStreamRequest, ProduceStreamResponse> stream = open(false);
        ProduceStreamRequest frame = frame(1, 0);
        for (int i = 1; i <= 20_000; i++) {
            stream.send(frame.toBuilder().setFrameId(i).build());
        }
        await().during(Duration.ofMillis(300))
                .atMost(Duration.ofSeconds(20))
                .until(() -> broker.partitions.produced.size(), size -> size > 0 && size < 15_000);

        stream.read(Integer.MAX_VALUE);

        // No event is waited for here but work, which takes as long as the machine makes it take.
        await().atMost(Duration.ofSeconds(60)).until(() -> broker.partitions.produced.size() >= 20_000);
    }

    @Test
    void frameIdsThatDoNotRiseEndTheStream() {
        StreamCall<ProduceStreamRequest, ProduceStreamResponse> stream = open(true);
        stream.send(frame(2, 0));
        stream.send(frame(2, 0));

        Errors errors = stream.awaitError();

        assertThat(errors.code()).isEqualTo(Status.Code.INVALID_ARGUMENT);
        assertThat(errors.message()).contains("frame_id");
        assertThat(broker.partitions.produced).hasSize(1);
    }

    @Test
    void aClientThatHalfClosesGetsItsAnswersAndThenTheEnd() {
        StreamCall<ProduceStreamRequest, ProduceStreamResponse> stream = open(true);
        stream.send(frame(1, 0));
        stream.halfClose();
        awaitTaken(1);
        assertThat(stream.isCompleted).isFalse();

        open.remove().accept(appended(3));

        stream.awaitCompleted();
        assertThat(stream.received).hasSize(2);
        assertThat(stream.message(1).getMessageCase()).isEqualTo(MessageCase.RESULT);
    }

    @Test
    void aBrokerThatStopsAnswersWhatItHasTakenAndTellsWhatItHasNot() {
        StreamCall<ProduceStreamRequest, ProduceStreamResponse> stream = open(true);
        StreamCall<ProduceStreamRequest, ProduceStreamResponse> idle = open(true);
        idle.message(0);
        stream.send(frame(5, 0));
        awaitTaken(1);

        CompletableFuture<Void> stopping =
                CompletableFuture.runAsync(() -> broker.servers.drain(Duration.ofSeconds(20)));
        idle.awaitCompleted();
        stream.send(frame(6, 0));
        open.remove().accept(appended(8));
        stream.awaitCompleted();
        stopping.join();

        assertThat(stream.message(1).getResult().getFrameId()).isEqualTo(5);
        assertThat(stream.message(2).getEnd().getReason()).isEqualTo(StreamEndReason.STREAM_END_REASON_DRAINING);
        assertThat(stream.message(2).getEnd().getLastFrameId()).isEqualTo(5);
        assertThat(idle.message(1).getEnd().getLastFrameId()).isZero();
        assertThat(broker.partitions.produced).hasSize(1);
    }

    @Test
    void answersToACallerThatHasGoneAreDropped() {
        StreamCall<ProduceStreamRequest, ProduceStreamResponse> stream = open(true);
        stream.send(frame(1, 0));
        awaitTaken(1);
        stream.cancel();
        await().until(() -> stream.error != null);

        open.remove().accept(appended(1));

        StreamCall<ProduceStreamRequest, ProduceStreamResponse> next = open(true);
        next.send(frame(1, 0));
        awaitTaken(2);
        assertThat(broker.faults).isEmpty();
    }

    @Test
    void whatFailsOnItsWayInHoldsNoneOfTheBrokersMemory() {
        broker.partitions.onProduce = reply -> {
            throw new UnsupportedOperationException("told so by the test");
        };
        String value = "v".repeat(900_000);
        int frames = (int) (Clusters.LIMITS.maxProduceBytes() / value.length()) + 2;
        for (int i = 1; i <= frames; i++) {
            StreamCall<ProduceStreamRequest, ProduceStreamResponse> stream = open(true);
            stream.send(ProduceStreamRequest.newBuilder()
                    .setFrameId(1)
                    .setBatch(Requests.produceEncoded(Requests.batch(Codec.NONE, value)).getBatch().toBuilder()
                            .setPartition(0))
                    .build());
            await().until(() -> stream.error != null);
            assertThat(broker.partitions.produced).hasSize(i);
        }
    }

    private StreamCall<ProduceStreamRequest, ProduceStreamResponse> open(boolean readsByItself) {
        StreamCall<ProduceStreamRequest, ProduceStreamResponse> call = new StreamCall<>(readsByItself);
        var unused = ProducerServiceGrpc.newStub(broker.client()).produceStream(call);
        return call;
    }

    private static StreamError error(StreamCall<ProduceStreamRequest, ProduceStreamResponse> stream, int frameId) {
        await().until(() ->
                stream.received.stream().anyMatch(message -> message.getResult().getFrameId() == frameId));
        return stream.received.stream()
                .filter(message -> message.getResult().getFrameId() == frameId)
                .findFirst()
                .orElseThrow()
                .getResult()
                .getError();
    }

    private void awaitTaken(int frames) {
        await().until(() -> broker.partitions.produced.size() >= frames);
    }

    private static ProduceStreamRequest frame(long id, int partition) {
        return ProduceStreamRequest.newBuilder()
                .setFrameId(id)
                .setBatch(Requests.produceEncoded(Requests.batch(Codec.NONE, "v")).getBatch().toBuilder()
                        .setPartition(partition))
                .build();
    }

    private static Outcome<Appended> appended(long baseOffset) {
        return Outcome.ok(new Appended(Appended.Stage.COMMITTED, baseOffset, 1, Clusters.LEADER_EPOCH, 1_234, 2, true));
    }
}
