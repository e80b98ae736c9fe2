package io.millrace.client;

import io.millrace.proto.v1.CommitOffsetsRequest;
import io.millrace.proto.v1.CommitOffsetsResponse;
import io.millrace.proto.v1.CommittedOffset;
import io.millrace.proto.v1.FetchOffsetsRequest;
import io.millrace.proto.v1.FetchOffsetsResponse;
import io.millrace.proto.v1.GroupServiceGrpc;
import io.millrace.proto.v1.MemberCommit;
import io.millrace.proto.v1.OffsetCommit;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The single calls of a member, to its coordinator where that is known. Safe for threads. */
final class GroupCalls {
    /** ZooKeeper's quorum answers in milliseconds; a coordinator that takes longer hangs, or is none any more. */
    private static final long COMMIT_ATTEMPT_TIMEOUT_MS = 3_000;

    private static final long FETCH_ATTEMPT_TIMEOUT_MS = 2_000;
    private static final int MAX_TOPICS = 1_000;

    private final Network network;
    private final String group;
    private final long timeoutMs;
    private final CoordinatorRoute coordinator = new CoordinatorRoute();
    private final AtomicLong lastCommit = new AtomicLong();

    GroupCalls(Network network, String group, long timeoutMs) {
        this.network = network;
        this.group = group;
        this.timeoutMs = timeoutMs;
    }

    CoordinatorRoute coordinator() {
        return coordinator;
    }

    /**
     * Sent again after an INDETERMINATE failure too: to store the same offset twice is to store it once.
     *
     * @param session the member's stream, which is the short way; what fails there, or is not answered, takes the long one
     */
    CompletableFuture<Void> commit(
            @Nullable JoinStreamCall session, String memberId, long generation, List<OffsetCommit> offsets) {
        MemberCommit commit = MemberCommit.newBuilder()
                .setNumber(lastCommit.incrementAndGet())
                .setGeneration(generation)
                .addAllOffsets(offsets)
                .build();
        return session == null
                ? call(memberId, commit)
                : session.commit(commit)
                        .orTimeout(COMMIT_ATTEMPT_TIMEOUT_MS, TimeUnit.MILLISECONDS)
                        .exceptionallyCompose(failed -> call(memberId, commit));
    }

    /** Number of the newest one, 0 before that. One is on its way at a time, so none before it is wanted any more. */
    long lastCommit() {
        return lastCommit.get();
    }

    private CompletableFuture<Void> call(String memberId, MemberCommit commit) {
        CommitOffsetsRequest request = CommitOffsetsRequest.newBuilder()
                .setGroup(group)
                .setMemberId(memberId)
                .setGeneration(commit.getGeneration())
                .setNumber(commit.getNumber())
                .addAllOffsets(commit.getOffsetsList())
                .build();
        CompletableFuture<CommitOffsetsResponse> answer = RetryingCall.start(
                network,
                CallSpec.ofGroup(
                        GroupServiceGrpc.getCommitOffsetsMethod(),
                        request,
                        coordinator,
                        timeoutMs,
                        COMMIT_ATTEMPT_TIMEOUT_MS));
        return answer.thenAccept(stored -> {});
    }

    /**
     * Of these partitions, as far as the group has them; of a topic's namesake it has none.
     *
     * @param everywhere asks for all topics: one that is not there would be refused where it is named
     */
    CompletableFuture<Map<OwnedPartition, CommitPosition>> committed(
            Collection<OwnedPartition> partitions, boolean everywhere) {
        Set<String> topics = new TreeSet<>();
        partitions.forEach(partition -> topics.add(partition.id().topic()));
        return committed(everywhere ? Set.of() : topics).thenApply(found -> {
            Map<OwnedPartition, CommitPosition> positions = new HashMap<>();
            for (OwnedPartition partition : partitions) {
                CommittedOffset one = found.get(partition.id());
                if (one != null && one.getTopicId().equals(partition.topicId())) {
                    positions.put(partition, position(one));
                }
            }
            return positions;
        });
    }

    static CommitPosition position(CommittedOffset one) {
        return new CommitPosition(one.getOffset(), one.getLeaderEpoch(), one.getMetadata());
    }

    /** Of all partitions of these topics, or of all, for which the group has any. */
    CompletableFuture<Map<TopicPartition, CommittedOffset>> committed(Set<String> topics) {
        FetchOffsetsRequest request = FetchOffsetsRequest.newBuilder()
                .setGroup(group)
                .addAllTopics(topics.size() > MAX_TOPICS ? Set.of() : topics)
                .build();
        CompletableFuture<FetchOffsetsResponse> answer = RetryingCall.start(
                network,
                CallSpec.ofGroup(
                        GroupServiceGrpc.getFetchOffsetsMethod(),
                        request,
                        coordinator,
                        timeoutMs,
                        FETCH_ATTEMPT_TIMEOUT_MS));
        return answer.thenApply(found -> {
            Map<TopicPartition, CommittedOffset> byPartition = new HashMap<>();
            for (CommittedOffset one : found.getOffsetsList()) {
                byPartition.put(new TopicPartition(one.getTopic(), one.getPartition()), one);
            }
            return byPartition;
        });
    }
}
