package io.millrace.broker.rpc;

import io.grpc.stub.StreamObserver;
import io.millrace.broker.group.Committer;
import io.millrace.broker.group.GroupPage;
import io.millrace.broker.group.Groups;
import io.millrace.broker.group.OffsetReset;
import io.millrace.broker.group.ResetOffset;
import io.millrace.broker.group.ResetTarget;
import io.millrace.broker.rpc.Forwarder.Effect;
import io.millrace.proto.v1.CommitOffsetsRequest;
import io.millrace.proto.v1.CommitOffsetsResponse;
import io.millrace.proto.v1.DeleteGroupRequest;
import io.millrace.proto.v1.DeleteGroupResponse;
import io.millrace.proto.v1.DeleteOffsetsRequest;
import io.millrace.proto.v1.DeleteOffsetsResponse;
import io.millrace.proto.v1.DescribeGroupRequest;
import io.millrace.proto.v1.DescribeGroupResponse;
import io.millrace.proto.v1.FetchOffsetsRequest;
import io.millrace.proto.v1.FetchOffsetsResponse;
import io.millrace.proto.v1.GroupServiceGrpc;
import io.millrace.proto.v1.JoinRequest;
import io.millrace.proto.v1.JoinResponse;
import io.millrace.proto.v1.ListGroupsRequest;
import io.millrace.proto.v1.ListGroupsResponse;
import io.millrace.proto.v1.ListedGroup;
import io.millrace.proto.v1.ResetOffsetsRequest;
import io.millrace.proto.v1.ResetOffsetsResponse;
import io.millrace.proto.v1.ResetPartition;
import java.util.List;
import java.util.Optional;

/** Consumer groups: brings calls to the group's coordinator, and messages into the shape that it takes. */
final class GroupGrpcService extends GroupServiceGrpc.GroupServiceImplBase {
    private final Groups groups;
    private final GroupCalls calls;
    private final GroupMessages messages;
    private final ErrorMapping errors;
    private final OpenCalls open;

    GroupGrpcService(Groups groups, GroupCalls calls, GroupMessages messages, ErrorMapping errors, OpenCalls open) {
        this.groups = groups;
        this.calls = calls;
        this.messages = messages;
        this.errors = errors;
        this.open = open;
    }

    @Override
    public StreamObserver<JoinRequest> join(StreamObserver<JoinResponse> observer) {
        return new JoinCall(groups, messages, errors, open, observer);
    }

    @Override
    public void commitOffsets(CommitOffsetsRequest request, StreamObserver<CommitOffsetsResponse> observer) {
        Reply<CommitOffsetsResponse> reply = new Reply<>(observer, errors);
        calls.dispatch(
                request.getGroup(),
                GroupServiceGrpc.getCommitOffsetsMethod(),
                request,
                Effect.WRITE,
                reply,
                () -> groups.commit(
                        request.getGroup(),
                        new Committer(request.getMemberId(), request.getGeneration(), request.getNumber()),
                        GroupMessages.commits(request.getOffsetsList()),
                        outcome -> reply.answer(outcome, stored -> CommitOffsetsResponse.getDefaultInstance())));
    }

    @Override
    public void fetchOffsets(FetchOffsetsRequest request, StreamObserver<FetchOffsetsResponse> observer) {
        Reply<FetchOffsetsResponse> reply = new Reply<>(observer, errors);
        calls.dispatch(
                request.getGroup(),
                GroupServiceGrpc.getFetchOffsetsMethod(),
                request,
                Effect.READ,
                reply,
                () -> groups.fetch(
                        request.getGroup(),
                        List.copyOf(request.getTopicsList()),
                        outcome -> reply.answer(outcome, GroupGrpcService::fetched)));
    }

    private static FetchOffsetsResponse fetched(List<io.millrace.broker.core.group.CommittedOffset> found) {
        FetchOffsetsResponse.Builder response = FetchOffsetsResponse.newBuilder();
        found.forEach(offset -> response.addOffsets(GroupMessages.committed(offset)));
        return response.build();
    }

    @Override
    public void listGroups(ListGroupsRequest request, StreamObserver<ListGroupsResponse> observer) {
        Reply<ListGroupsResponse> reply = new Reply<>(observer, errors);
        groups.list(request.getPageToken(), outcome -> reply.answer(outcome, GroupGrpcService::listed));
    }

    private static ListGroupsResponse listed(GroupPage found) {
        ListGroupsResponse.Builder response = ListGroupsResponse.newBuilder().setNextPageToken(found.next());
        found.groups()
                .forEach(group -> response.addGroups(ListedGroup.newBuilder()
                        .setGroup(group.group())
                        .setGeneration(group.generation())
                        .setMemberCount(group.memberCount())
                        .setCoordinator(group.coordinator())));
        return response.build();
    }

    @Override
    public void describeGroup(DescribeGroupRequest request, StreamObserver<DescribeGroupResponse> observer) {
        Reply<DescribeGroupResponse> reply = new Reply<>(observer, errors);
        calls.dispatch(
                request.getGroup(),
                GroupServiceGrpc.getDescribeGroupMethod(),
                request,
                Effect.READ,
                reply,
                () -> groups.describe(request.getGroup(), outcome -> reply.answer(outcome, messages::description)));
    }

    @Override
    public void resetOffsets(ResetOffsetsRequest request, StreamObserver<ResetOffsetsResponse> observer) {
        Reply<ResetOffsetsResponse> reply = new Reply<>(observer, errors);
        Optional<Rejection> wrong = check(request);
        if (wrong.isPresent()) {
            reply.refuse(wrong.get());
            return;
        }
        calls.dispatch(
                request.getGroup(),
                GroupServiceGrpc.getResetOffsetsMethod(),
                request,
                Effect.WRITE,
                reply,
                () -> groups.reset(reset(request), outcome -> reply.answer(outcome, GroupGrpcService::reset)));
    }

    private static Optional<Rejection> check(ResetOffsetsRequest request) {
        boolean namesPartitions = request.getPartitionsCount() > 0;
        Fields fields = new Fields();
        switch (request.getTargetCase()) {
            case OFFSETS -> {
                fields.require(!namesPartitions, "partitions", "go with no offsets of their own");
                fields.require(request.getOffsets().getOffsetsCount() > 0, "offsets", "are none");
                request.getOffsets()
                        .getOffsetsList()
                        .forEach(offset -> fields.atLeast(0, "offset", offset.getOffset()));
            }
            case UNDO -> fields.require(!namesPartitions, "partitions", "are those of the last reset");
            case TIME -> fields.require(WireTime.isValid(request.getTime()), "time", "is not a time from 1970 to 9999");
            case EARLIEST, LATEST, SHIFT -> {}
            case TARGET_NOT_SET ->
                fields.require(false, "target", "is none of earliest, latest, time, shift, offsets, undo");
        }
        return fields.rejection();
    }

    private static OffsetReset reset(ResetOffsetsRequest request) {
        return new OffsetReset(
                request.getGroup(),
                request.getPartitionsList().stream()
                        .map(topic -> new OffsetReset.TopicChoice(topic.getTopic(), topic.getPartitionsList()))
                        .toList(),
                target(request),
                request.getDryRun());
    }

    private static ResetTarget target(ResetOffsetsRequest request) {
        return switch (request.getTargetCase()) {
            case EARLIEST -> new ResetTarget.Earliest();
            case LATEST -> new ResetTarget.Latest();
            case TIME -> new ResetTarget.Time(WireTime.millisRoundedUp(request.getTime()));
            case SHIFT -> new ResetTarget.Shift(request.getShift());
            case OFFSETS ->
                new ResetTarget.Exact(request.getOffsets().getOffsetsList().stream()
                        .map(GroupGrpcService::value)
                        .toList());
            case UNDO -> new ResetTarget.Undo();
            case TARGET_NOT_SET -> throw new IllegalArgumentException("the target was to be checked before");
        };
    }

    private static ResetTarget.Value value(io.millrace.proto.v1.ResetOffset offset) {
        return new ResetTarget.Value(
                offset.getTopic(),
                offset.getTopicId().isEmpty() ? null : offset.getTopicId(),
                offset.getPartition(),
                offset.getOffset());
    }

    private static ResetOffsetsResponse reset(List<ResetOffset> done) {
        ResetOffsetsResponse.Builder response = ResetOffsetsResponse.newBuilder();
        done.forEach(partition -> {
            ResetPartition.Builder message = ResetPartition.newBuilder()
                    .setTopic(partition.topic())
                    .setTopicId(partition.topicId())
                    .setPartition(partition.partition());
            partition.before().ifPresent(message::setBefore);
            partition.after().ifPresent(message::setAfter);
            response.addPartitions(message);
        });
        return response.build();
    }

    @Override
    public void deleteGroup(DeleteGroupRequest request, StreamObserver<DeleteGroupResponse> observer) {
        Reply<DeleteGroupResponse> reply = new Reply<>(observer, errors);
        calls.dispatch(
                request.getGroup(),
                GroupServiceGrpc.getDeleteGroupMethod(),
                request,
                Effect.WRITE,
                reply,
                () -> groups.delete(
                        request.getGroup(),
                        outcome -> reply.answer(outcome, done -> DeleteGroupResponse.getDefaultInstance())));
    }

    @Override
    public void deleteOffsets(DeleteOffsetsRequest request, StreamObserver<DeleteOffsetsResponse> observer) {
        Reply<DeleteOffsetsResponse> reply = new Reply<>(observer, errors);
        calls.dispatch(
                request.getGroup(),
                GroupServiceGrpc.getDeleteOffsetsMethod(),
                request,
                Effect.WRITE,
                reply,
                () -> groups.deleteOffsets(
                        request.getGroup(),
                        request.getTopic(),
                        outcome -> reply.answer(outcome, done -> DeleteOffsetsResponse.getDefaultInstance())));
    }
}
