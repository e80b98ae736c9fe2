package io.millrace.client;

import static io.millrace.client.ScriptedBroker.TOPIC;
import static io.millrace.client.ScriptedBroker.metadata;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.grpc.Status.Code;
import io.millrace.client.MillraceException.Kind;
import io.millrace.proto.v1.Acks;
import io.millrace.proto.v1.Certainty;
import io.millrace.proto.v1.CreateTopicRequest;
import io.millrace.proto.v1.CreateTopicResponse;
import io.millrace.proto.v1.DeleteGroupResponse;
import io.millrace.proto.v1.DeleteOffsetsResponse;
import io.millrace.proto.v1.DescribeGroupResponse;
import io.millrace.proto.v1.ErrorReason;
import io.millrace.proto.v1.FetchRequest;
import io.millrace.proto.v1.FetchResponse;
import io.millrace.proto.v1.LatestPosition;
import io.millrace.proto.v1.ListGroupsResponse;
import io.millrace.proto.v1.ListOffsetsRequest;
import io.millrace.proto.v1.ListedGroup;
import io.millrace.proto.v1.ProduceResponse;
import io.millrace.proto.v1.ResetOffsetsRequest;
import io.millrace.proto.v1.ResetOffsetsResponse;
import io.millrace.proto.v1.ResetPartition;
import io.millrace.record.Codec;
import io.millrace.record.RecordBatchBuilder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class MillraceClientTest {

    private final ScriptedBroker first = new ScriptedBroker();
    private final ScriptedBroker second = new ScriptedBroker();
    private final RefusingAddresses refusing = new RefusingAddresses();
    private final MillraceClient client = clientOf(first.endpoint(), 10_000);

    @AfterEach
    void close() throws IOException {
        client.close();
        first.close();
        second.close();
        refusing.close();
    }

    @Test
    void anAddressThatRefusesConnectionsIsPassedOver() {
        first.metadata.play(request -> metadata(1, 1, first.endpoint()));
        try (MillraceClient twoAddresses = clientOf(refusing.next() + "," + first.endpoint(), 10_000)) {
            assertThat(twoAddresses.metadata(TOPIC).getTopics(0).getName()).isEqualTo(TOPIC);
        }
    }

    @Test
    void whereNobodyAnswersTheFailureNamesAllThatWasTriedAndComesBeforeTheTimeout() {
        String one = refusing.next();
        String two = refusing.next();
        try (MillraceClient lost = clientOf(one + "," + two, 60_000)) {
            MillraceException failure = failureOf(() -> lost.metadata(TOPIC));
            assertThat(failure.kind()).isEqualTo(Kind.UNREACHABLE);
            assertThat(failure.certainty()).isEqualTo(Certainty.CERTAINTY_DEFINITE);
            assertThat(failure).hasMessageContaining(one).hasMessageContaining(two);
        }
    }

    @Test
    void whereAllThatAnsweredOnceAreGoneTheFailureNamesEachAndNotOnlyTheLeader() {
        first.metadata.play(request -> metadata(2, 1, first.endpoint(), second.endpoint()));
        second.produce.play(request -> ScriptedBroker.stored(request, 7));
        try (MillraceClient hasty = clientOf(first.endpoint(), 1_500)) {
            hasty.produce(TOPIC, 0, batch("a"), Acks.ACKS_ALL);
            first.close();
            second.close();
            // A read: a write would not be sent again where the connection broke under it.
            MillraceException failure = failureOf(() -> hasty.listOffsets(ListOffsetsRequest.newBuilder()
                    .setTopic(TOPIC)
                    .setLatest(LatestPosition.getDefaultInstance())
                    .build()));
            assertThat(failure)
                    .hasMessageContaining("no broker answered")
                    .hasMessageContaining(first.endpoint() + ": ")
                    .hasMessageContaining(second.endpoint() + ": ");
        }
    }

    @Test
    void aLeaderThatHangsIsNamedAndNobodyElseAccused() {
        first.metadata.play(request -> metadata(2, 1, first.endpoint(), second.endpoint()));
        second.produce.hang();
        try (MillraceClient hasty = clientOf(first.endpoint(), 300)) {
            MillraceException failure = failureOf(() -> hasty.produce(TOPIC, 0, batch("a"), Acks.ACKS_ALL));
            assertThat(failure).hasMessage(second.endpoint() + ": no answer in time");
        }
    }

    @Test
    void groupsAreListedDescribedResetAndDeleted() {
        first.listGroups.play(request -> ListGroupsResponse.newBuilder()
                .addGroups(ListedGroup.newBuilder()
                        .setGroup(request.getPageToken().isEmpty() ? "g" : "behind " + request.getPageToken()))
                .setNextPageToken(request.getPageToken().isEmpty() ? "g" : "")
                .build());
        first.describeGroup.play(request ->
                DescribeGroupResponse.newBuilder().setGroup(request.getGroup()).build());
        first.resetOffsets.play(request -> ResetOffsetsResponse.newBuilder()
                .addPartitions(ResetPartition.newBuilder().setAfter(request.getShift()))
                .build());
        first.deleteGroup.play(request -> DeleteGroupResponse.getDefaultInstance());
        first.deleteOffsets.play(request -> DeleteOffsetsResponse.getDefaultInstance());
        assertThat(client.listGroups().getGroupsList())
                .extracting(ListedGroup::getGroup)
                .containsExactly("g", "behind g");
        assertThat(client.describeGroup("g").getGroup()).isEqualTo("g");
        ResetOffsetsRequest back = ResetOffsetsRequest.newBuilder()
                .setGroup("g")
                .setShift(-5)
                .setDryRun(true)
                .build();
        assertThat(client.resetOffsets(back).getPartitions(0).getAfter()).isEqualTo(-5);
        client.deleteOffsets("g", TOPIC);
        client.deleteGroup("g");
        assertThat(first.resetOffsets.requests()).containsExactly(back);
        assertThat(first.deleteGroup.requests().get(0).getGroup()).isEqualTo("g");
        assertThat(first.deleteOffsets.requests().get(0).getTopic()).isEqualTo(TOPIC);
    }

    @Test
    void aResetWhoseFateIsUnknownIsLeftToTheCaller() {
        first.resetOffsets.play(request -> {
            throw Refusals.indeterminate(Code.UNAVAILABLE, ErrorReason.ERROR_REASON_FORWARDING_FAILED);
        });
        MillraceException failure = failureOf(() -> client.resetOffsets(ResetOffsetsRequest.getDefaultInstance()));
        assertThat(failure.isDefinite()).isFalse();
        assertThat(first.resetOffsets.requests()).hasSize(1);
    }

    @Test
    void aRefusalCarriesReasonCertaintyAndTheBrokersWords() {
        first.createTopic.play(request -> {
            throw Refusals.definite(Code.ALREADY_EXISTS, ErrorReason.ERROR_REASON_TOPIC_EXISTS);
        });
        MillraceException failure = failureOf(() -> client.createTopic(CreateTopicRequest.getDefaultInstance()));
        assertThat(failure.kind()).isEqualTo(Kind.REFUSED);
        assertThat(failure.reason()).isEqualTo(ErrorReason.ERROR_REASON_TOPIC_EXISTS);
        assertThat(failure.isDefinite()).isTrue();
        assertThat(failure).hasMessageContaining("told so by the test");
    }

    @Test
    void aProduceGoesStraightToTheLeaderThatMetadataNames() {
        first.metadata.play(request -> metadata(2, 1, first.endpoint(), second.endpoint()));
        second.produce.play(request -> ScriptedBroker.stored(request, 7));
        assertThat(produce().getBaseOffset()).isEqualTo(7);
        assertThat(second.produce.requests().get(0).getLeaderOnly()).isTrue();
        assertThat(first.produce.requests()).isEmpty();
    }

    @Test
    void aHintWithANewerEpochIsFollowedWithoutAskingForMetadataAgain() {
        first.metadata.play(request -> metadata(1, 1, first.endpoint(), second.endpoint()));
        first.produce.play(request -> {
            throw Refusals.notLeader(2, second.endpoint());
        });
        second.produce.play(request -> ScriptedBroker.stored(request, 7));
        assertThat(produce().getBaseOffset()).isEqualTo(7);
        assertThat(first.metadata.requests()).hasSize(1);
    }

    @Test
    void aHintOfAnEpochAlreadyKnownIsNotFollowed() {
        first.metadata.play(
                request -> metadata(1, 5, first.endpoint(), second.endpoint()),
                request -> metadata(1, 6, first.endpoint(), second.endpoint()));
        first.produce.play(
                request -> {
                    throw Refusals.notLeader(5, second.endpoint());
                },
                request -> ScriptedBroker.stored(request, 7));
        assertThat(produce().getBaseOffset()).isEqualTo(7);
        assertThat(second.produce.requests()).isEmpty();
    }

    @Test
    void anIndeterminateProduceIsNotSentAgain() {
        first.metadata.play(request -> metadata(1, 1, first.endpoint()));
        first.produce.play(request -> {
            throw Refusals.indeterminate(Code.UNAVAILABLE, ErrorReason.ERROR_REASON_FORWARDING_FAILED);
        });
        MillraceException failure = failureOf(this::produce);
        assertThat(failure.certainty()).isEqualTo(Certainty.CERTAINTY_INDETERMINATE);
        assertThat(first.produce.requests()).hasSize(1);
    }

    @Test
    void aProduceWhoseConnectionBreaksIsIndeterminateAndNotSentAgain() {
        first.metadata.play(request -> metadata(1, 1, first.endpoint()));
        first.produce.hang();
        CompletableFuture<ProduceResponse> answer = client.produceAsync(TOPIC, 0, batch("a"), Acks.ACKS_ALL);
        await().until(() -> first.produce.requests().size() == 1);
        first.close();
        MillraceException failure = failureOf(() -> Blocking.await(answer));
        assertThat(failure.kind()).isEqualTo(Kind.UNREACHABLE);
        assertThat(failure.certainty()).isEqualTo(Certainty.CERTAINTY_INDETERMINATE);
    }

    @Test
    void aProduceToALeaderThatIsDownIsTriedThroughAnotherBroker() {
        String down = refusing.next();
        first.metadata.play(request -> metadata(2, 1, first.endpoint(), down));
        first.produce.play(request -> ScriptedBroker.stored(request, 7));
        assertThat(produce().getBaseOffset()).isEqualTo(7);
        assertThat(first.produce.requests().get(0).getLeaderOnly()).isFalse();
    }

    @Test
    void aDefiniteRefusalThatMayPassIsSentAgain() {
        first.metadata.play(request -> metadata(1, 1, first.endpoint()));
        first.produce.play(
                request -> {
                    throw Refusals.definite(Code.UNAVAILABLE, ErrorReason.ERROR_REASON_NOT_ENOUGH_REPLICAS);
                },
                request -> ScriptedBroker.stored(request, 7));
        assertThat(produce().getBaseOffset()).isEqualTo(7);
    }

    @Test
    void anIndeterminateFetchIsSentAgain() {
        first.metadata.play(request -> metadata(1, 1, first.endpoint()));
        first.fetch.play(
                request -> {
                    throw Refusals.indeterminate(Code.UNAVAILABLE, ErrorReason.ERROR_REASON_FORWARDING_FAILED);
                },
                request -> FetchResponse.newBuilder().setNextOffset(3).build());
        FetchRequest request = FetchRequest.newBuilder().setTopic(TOPIC).build();
        assertThat(client.fetch(request).getNextOffset()).isEqualTo(3);
    }

    @Test
    void aTopicThatABrokerDoesNotKnowYetIsAskedForAgain() {
        first.metadata.play(
                request -> {
                    throw Refusals.definite(Code.NOT_FOUND, ErrorReason.ERROR_REASON_UNKNOWN_TOPIC);
                },
                request -> metadata(1, 1, first.endpoint()));
        first.produce.play(request -> ScriptedBroker.stored(request, 7));
        assertThat(produce().getBaseOffset()).isEqualTo(7);
    }

    @Test
    void retriesEndWithTheTimeoutAndTheTrueReason() {
        first.metadata.play(request -> metadata(1, 1, first.endpoint()));
        first.produce.play(request -> {
            throw Refusals.definite(Code.UNAVAILABLE, ErrorReason.ERROR_REASON_LEADER_NOT_AVAILABLE);
        });
        try (MillraceClient hasty = clientOf(first.endpoint(), 1_500)) {
            MillraceException failure = failureOf(() -> hasty.produce(TOPIC, 0, batch("a"), Acks.ACKS_ALL));
            assertThat(failure.reason()).isEqualTo(ErrorReason.ERROR_REASON_LEADER_NOT_AVAILABLE);
            assertThat(first.produce.requests()).hasSizeBetween(2, 100);
        }
    }

    @Test
    void aBrokerThatNeverAnswersAProduceEndsAsTimedOutAndIndeterminate() {
        first.metadata.play(request -> metadata(1, 1, first.endpoint()));
        first.produce.hang();
        try (MillraceClient hasty = clientOf(first.endpoint(), 300)) {
            MillraceException failure = failureOf(() -> hasty.produce(TOPIC, 0, batch("a"), Acks.ACKS_ALL));
            assertThat(failure.kind()).isEqualTo(Kind.TIMED_OUT);
            assertThat(failure.isDefinite()).isFalse();
        }
    }

    @Test
    void theBrokerIsGivenLessTimeToCommitThanTheCallHas() {
        first.metadata.play(request -> metadata(1, 1, first.endpoint()));
        first.produce.play(request -> ScriptedBroker.stored(request, 7));
        produce();
        assertThat(first.produce.requests().get(0).getCommitTimeout().getSeconds())
                .isEqualTo(9);
    }

    @Test
    void closingEndsACallInFlightAsCancelled() {
        first.createTopic.hang();
        CompletableFuture<CreateTopicResponse> call =
                CompletableFuture.supplyAsync(() -> client.createTopic(CreateTopicRequest.getDefaultInstance()));
        await().until(() -> !first.createTopic.requests().isEmpty());
        client.close();
        assertThat(failureOf(() -> Blocking.await(call)).kind()).isEqualTo(Kind.CANCELLED);
    }

    @Test
    void anInterruptedCallLeavesTheFlagSet() {
        Thread.currentThread().interrupt();
        MillraceException failure = failureOf(client::serverInfo);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(failure.kind()).isEqualTo(Kind.CANCELLED);
    }

    private ProduceResponse produce() {
        return client.produce(TOPIC, 0, batch("a"), Acks.ACKS_ALL);
    }

    private static MillraceClient clientOf(String bootstrap, long timeoutMs) {
        return new MillraceClient(ClientConfig.of(bootstrap).withTimeoutMs(timeoutMs));
    }

    private static MillraceException failureOf(ThrowingCallable call) {
        return catchThrowableOfType(MillraceException.class, call);
    }

    private static ByteBuffer batch(String value) {
        ByteBuffer bytes = ByteBuffer.wrap(value.getBytes(StandardCharsets.UTF_8));
        return new RecordBatchBuilder(Codec.NONE)
                .append(1, null, bytes, List.of())
                .build();
    }
}
