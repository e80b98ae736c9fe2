package io.millrace.broker.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Duration;
import io.grpc.ManagedChannel;
import io.millrace.proto.v1.Assignor;
import io.millrace.proto.v1.CommitAnswer;
import io.millrace.proto.v1.CommitOffsetsRequest;
import io.millrace.proto.v1.DescribeGroupRequest;
import io.millrace.proto.v1.DescribeGroupResponse;
import io.millrace.proto.v1.ErrorReason;
import io.millrace.proto.v1.FetchOffsetsRequest;
import io.millrace.proto.v1.GroupServiceGrpc;
import io.millrace.proto.v1.GroupState;
import io.millrace.proto.v1.JoinRequest;
import io.millrace.proto.v1.JoinResponse;
import io.millrace.proto.v1.MemberCommit;
import io.millrace.proto.v1.MemberHeartbeat;
import io.millrace.proto.v1.MemberLeave;
import io.millrace.proto.v1.MemberOpen;
import io.millrace.proto.v1.OffsetCommit;
import io.millrace.proto.v1.TopicPartitions;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Sessions of group members, on one whole broker. */
class JoinCallTest {
    @TempDir
    static Path directory;

    private static WholeBroker broker;
    private static ManagedChannel channel;

    @BeforeAll
    static void start() throws Exception {
        broker = new WholeBroker(directory);
        channel = broker.client();
        broker.assertTakesARecord();
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @Test
    void aMemberIsToldCommitsAndLeaves() {
        StreamCall<JoinRequest, JoinResponse> stream = join(open("g", "m").build());
        long generation = stream.message(0).getAssignment().getGeneration();
        assertThat(stream.message(0).getAssignment().getPartitionsList())
                .singleElement()
                .satisfies(topic -> {
                    assertThat(topic.getTopic()).isEqualTo(Clusters.TOPIC);
                    assertThat(topic.getTopicId()).isNotEmpty();
                    assertThat(topic.getPartitionsList()).containsExactly(0);
                });

        commit("g", "m", generation, 0, 1);
        DescribeGroupResponse group = describe("g");
        assertThat(group.getState()).isEqualTo(GroupState.GROUP_STATE_STABLE);
        assertThat(group.getMembers(0).getHost()).isEqualTo("127.0.0.1");
        assertThat(group.getMembers(0).getClientId()).isEqualTo("tester");
        assertThat(group.getPartitions(0).getCommitted().getOffset()).isEqualTo(1);
        assertThat(group.getPartitions(0).getMemberId()).isEqualTo("m");
        assertThat(group.getPartitions(0).getLag()).isZero();

        stream.send(JoinRequest.newBuilder()
                .setLeave(MemberLeave.getDefaultInstance())
                .build());
        stream.awaitCompleted();
        await().until(() -> describe("g").getState() == GroupState.GROUP_STATE_EMPTY);
        assertThat(groups().fetchOffsets(
                                FetchOffsetsRequest.newBuilder().setGroup("g").build())
                        .getOffsets(0)
                        .getOffset())
                .isEqualTo(1);
    }

    @Test
    void aHeartbeatIsAnsweredWithItsNumber() {
        StreamCall<JoinRequest, JoinResponse> stream = join(open("beats", "m").build());
        stream.send(heartbeat(41));
        stream.send(heartbeat(42));

        await().until(() -> stream.received.stream()
                .anyMatch(told -> told.hasHeard() && told.getHeard().getNumber() == 42));
    }

    private static JoinRequest heartbeat(long number) {
        return JoinRequest.newBuilder()
                .setHeartbeat(MemberHeartbeat.newBuilder().setNumber(number))
                .build();
    }

    @Test
    void aMemberCommitsInItsSession() {
        StreamCall<JoinRequest, JoinResponse> stream = join(open("inside", "m").build());
        long generation = stream.message(0).getAssignment().getGeneration();
        stream.send(commitInside(1, generation, -1));
        stream.send(commitInside(2, generation, 1));

        CommitAnswer refused = stream.message(1).getCommitted();
        assertThat(refused.getNumber()).isEqualTo(1);
        assertThat(refused.getError().getDetail().getReason()).isEqualTo(ErrorReason.ERROR_REASON_INVALID_REQUEST);
        CommitAnswer stored = stream.message(2).getCommitted();
        assertThat(stored).isEqualTo(CommitAnswer.newBuilder().setNumber(2).build());
        assertThat(describe("inside").getPartitions(0).getCommitted().getOffset())
                .isEqualTo(1);

        commit("inside", "m", generation, 3, 0);
        stream.send(commitInside(2, generation, 1));
        assertThat(stream.message(3).getCommitted().getError().getDetail().getReason())
                .as("numbers are those of the member, whichever way it commits")
                .isEqualTo(ErrorReason.ERROR_REASON_CONFLICT);
    }

    private static JoinRequest commitInside(long number, long generation, long offset) {
        return JoinRequest.newBuilder()
                .setCommit(MemberCommit.newBuilder()
                        .setNumber(number)
                        .setGeneration(generation)
                        .addOffsets(OffsetCommit.newBuilder()
                                .setTopic(Clusters.TOPIC)
                                .setOffset(offset)))
                .build();
    }

    @Test
    void aMemberThatComesBackKeepsWhatItHasAndTheOldStreamEnds() {
        StreamCall<JoinRequest, JoinResponse> first = join(open("again", "m").build());
        long generation = first.message(0).getAssignment().getGeneration();

        StreamCall<JoinRequest, JoinResponse> second = join(open("again", "m")
                .setGeneration(generation)
                .addAllHolds(first.message(0).getAssignment().getPartitionsList())
                .setCommitsFrom(5)
                .build());

        assertThat(second.message(0).getAssignment()).isEqualTo(first.message(0).getAssignment());
        second.send(commitInside(4, generation, 1));
        assertThat(second.message(1).getCommitted().getError().getDetail().getReason())
                .isEqualTo(ErrorReason.ERROR_REASON_CONFLICT);
        assertThat(first.awaitError().detail().getReason()).isEqualTo(ErrorReason.ERROR_REASON_CONFLICT);
    }

    @Test
    void aMemberThatNobodyKnowsIsToldSo() {
        StreamCall<JoinRequest, JoinResponse> stream =
                join(open("strangers", "m").setGeneration(0).build());
        long generation = stream.message(0).getAssignment().getGeneration();

        StreamCall<JoinRequest, JoinResponse> other =
                join(open("strangers", "other").setGeneration(generation).build());

        assertThat(other.awaitError().detail().getReason()).isEqualTo(ErrorReason.ERROR_REASON_UNKNOWN_MEMBER);
    }

    static Stream<Named<Consumer<MemberOpen.Builder>>> wrong() {
        return Stream.of(
                wrong("a group that is a path", open -> open.setGroup("../x")),
                wrong("no member id", open -> open.setMemberId("")),
                wrong("a member id of two words", open -> open.setMemberId("a b")),
                wrong("a member id of 65 characters", open -> open.setMemberId("x".repeat(65))),
                wrong("an instance id of 101 characters", open -> open.setInstanceId("x".repeat(101))),
                wrong("a generation below 0", open -> open.setGeneration(-1)),
                wrong("commits from below 0", open -> open.setCommitsFrom(-1)),
                wrong("no topic and no expression", MemberOpen.Builder::clearTopics),
                wrong("a topic that is none", open -> open.addTopics("a/b")),
                wrong("1001 topics", open -> open.addAllTopics(Collections.nCopies(1_001, "t"))),
                wrong("an expression that is none", open -> open.setPattern("a(")),
                wrong("an expression that needs what came before", open -> open.setPattern("(a)\\1")),
                wrong("an expression that repeats without end", open -> open.setPattern("((a{1000}){1000}){1000}")),
                wrong("an expression of 257 characters", open -> open.setPattern("a".repeat(257))),
                wrong("an assignor that nobody knows", open -> open.setAssignorValue(17)),
                wrong("a session of no time", open -> open.setSessionTimeout(seconds(0))),
                wrong("a session of an hour", open -> open.setSessionTimeout(seconds(3_600))),
                wrong("a session of less than nothing", open -> open.setSessionTimeout(seconds(-1))),
                wrong("a rebalance of a day", open -> open.setRebalanceTimeout(seconds(86_400))),
                wrong(
                        "what it holds without a topic id",
                        open -> open.addHolds(
                                TopicPartitions.newBuilder().setTopic("t").addPartitions(0))),
                wrong(
                        "a partition below 0",
                        open -> open.addHolds(
                                TopicPartitions.newBuilder().setTopicId("t").addPartitions(-1))),
                wrong(
                        "10001 partitions",
                        open -> open.addHolds(TopicPartitions.newBuilder()
                                .setTopicId("t")
                                .addAllPartitions(
                                        () -> IntStream.range(0, 10_001).iterator()))));
    }

    private static Named<Consumer<MemberOpen.Builder>> wrong(String name, Consumer<MemberOpen.Builder> change) {
        return Named.of(name, change);
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void whatIsWrongIsNamed(Consumer<MemberOpen.Builder> change) {
        MemberOpen.Builder open = open("wrong", "m");
        change.accept(open);
        String digest = broker.logDigest();

        Errors error = join(open.build()).awaitError();

        assertThat(error.detail().getReason()).isEqualTo(ErrorReason.ERROR_REASON_INVALID_REQUEST);
        broker.assertServes(digest);
    }

    @Test
    void whatComesOutOfTurnIsRefused() {
        StreamCall<JoinRequest, JoinResponse> early = call();
        early.send(JoinRequest.newBuilder()
                .setHeartbeat(MemberHeartbeat.getDefaultInstance())
                .build());
        StreamCall<JoinRequest, JoinResponse> earlyCommit = call();
        earlyCommit.send(commitInside(1, 0, 0));
        StreamCall<JoinRequest, JoinResponse> empty = call();
        empty.send(JoinRequest.getDefaultInstance());
        StreamCall<JoinRequest, JoinResponse> twice = join(open("twice", "m").build());
        twice.send(JoinRequest.newBuilder().setOpen(open("twice", "m")).build());

        for (StreamCall<JoinRequest, JoinResponse> stream : List.of(early, earlyCommit, empty, twice)) {
            assertThat(stream.awaitError().detail().getReason()).isEqualTo(ErrorReason.ERROR_REASON_INVALID_REQUEST);
        }
    }

    @Test
    void anExpressionThatWouldTakeForeverTakesNoTime() {
        StreamCall<JoinRequest, JoinResponse> stream =
                join(open("slow", "m").clearTopics().setPattern("(((a|a)*)*)*b").build());

        assertThat(stream.message(0).getAssignment().getPartitionsList()).isEmpty();
    }

    private static MemberOpen.Builder open(String group, String member) {
        return MemberOpen.newBuilder()
                .setGroup(group)
                .setMemberId(member)
                .setClientId("tester")
                .setAssignor(Assignor.ASSIGNOR_UNIFORM)
                .addTopics(Clusters.TOPIC);
    }

    private static Duration seconds(long seconds) {
        return Duration.newBuilder().setSeconds(seconds).build();
    }

    private static StreamCall<JoinRequest, JoinResponse> join(MemberOpen open) {
        StreamCall<JoinRequest, JoinResponse> stream = call();
        stream.send(JoinRequest.newBuilder().setOpen(open).build());
        return stream;
    }

    private static StreamCall<JoinRequest, JoinResponse> call() {
        StreamCall<JoinRequest, JoinResponse> stream = new StreamCall<>(true);
        var unused = GroupServiceGrpc.newStub(channel).join(stream);
        return stream;
    }

    private static GroupServiceGrpc.GroupServiceBlockingStub groups() {
        return GroupServiceGrpc.newBlockingStub(channel);
    }

    private static DescribeGroupResponse describe(String group) {
        return groups().describeGroup(
                        DescribeGroupRequest.newBuilder().setGroup(group).build());
    }

    private static void commit(String group, String member, long generation, long number, long offset) {
        var unused = groups().commitOffsets(CommitOffsetsRequest.newBuilder()
                .setGroup(group)
                .setMemberId(member)
                .setGeneration(generation)
                .setNumber(number)
                .addOffsets(OffsetCommit.newBuilder().setTopic(Clusters.TOPIC).setOffset(offset))
                .build());
    }
}
