package io.millrace.broker.rpc;

import io.grpc.stub.StreamObserver;
import io.millrace.broker.group.GroupOffsets;
import io.millrace.proto.v1.CommitOffsetsRequest;
import io.millrace.proto.v1.CommitOffsetsResponse;
import io.millrace.proto.v1.CommittedOffset;
import io.millrace.proto.v1.FetchOffsetsRequest;
import io.millrace.proto.v1.FetchOffsetsResponse;
import io.millrace.proto.v1.GroupServiceGrpc;
import io.millrace.proto.v1.OffsetCommit;
import java.util.List;

/**
 * Offsets of consumer groups. Any broker may answer, since the coordination service keeps them; the fields are checked
 * behind the port, by {@code core.group}.
 */
final class GroupGrpcService extends GroupServiceGrpc.GroupServiceImplBase {

    private static final int UNKNOWN_EPOCH = -1;

    private final GroupOffsets offsets;
    private final ErrorMapping errors;

    GroupGrpcService(GroupOffsets offsets, ErrorMapping errors) {
        this.offsets = offsets;
        this.errors = errors;
    }

    @Override
    public void commitOffsets(CommitOffsetsRequest request, StreamObserver<CommitOffsetsResponse> observer) {
        Reply<CommitOffsetsResponse> reply = new Reply<>(observer, errors);
        List<io.millrace.broker.core.group.OffsetCommit> commits =
                request.getOffsetsList().stream().map(GroupGrpcService::commit).toList();
        offsets.commit(
                request.getGroup(),
                commits,
                outcome -> reply.answer(outcome, stored -> CommitOffsetsResponse.getDefaultInstance()));
    }

    @Override
    public void fetchOffsets(FetchOffsetsRequest request, StreamObserver<FetchOffsetsResponse> observer) {
        Reply<FetchOffsetsResponse> reply = new Reply<>(observer, errors);
        offsets.fetch(
                request.getGroup(),
                List.copyOf(request.getTopicsList()),
                outcome -> reply.answer(outcome, GroupGrpcService::response));
    }

    private static io.millrace.broker.core.group.OffsetCommit commit(OffsetCommit commit) {
        return new io.millrace.broker.core.group.OffsetCommit(
                commit.getTopic(),
                commit.getTopicId().isEmpty() ? null : commit.getTopicId(),
                commit.getPartition(),
                commit.getOffset(),
                commit.hasLeaderEpoch() ? commit.getLeaderEpoch() : UNKNOWN_EPOCH,
                commit.getMetadata());
    }

    private static FetchOffsetsResponse response(List<io.millrace.broker.core.group.CommittedOffset> found) {
        FetchOffsetsResponse.Builder response = FetchOffsetsResponse.newBuilder();
        found.forEach(offset -> response.addOffsets(CommittedOffset.newBuilder()
                .setTopic(offset.topic())
                .setTopicId(offset.topicId())
                .setPartition(offset.partition())
                .setOffset(offset.offset())
                .setLeaderEpoch(offset.leaderEpoch())
                .setMetadata(offset.metadata())
                .setCommitTime(WireTime.timestamp(offset.timeMs()))));
        return response.build();
    }
}
