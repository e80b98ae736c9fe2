package io.millrace.client;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.millrace.client.ModelGroup.Member;
import io.millrace.proto.v1.CommitAnswer;
import io.millrace.proto.v1.CommitOffsetsRequest;
import io.millrace.proto.v1.CommitOffsetsResponse;
import io.millrace.proto.v1.CommittedOffset;
import io.millrace.proto.v1.ErrorReason;
import io.millrace.proto.v1.FetchOffsetsRequest;
import io.millrace.proto.v1.FetchOffsetsResponse;
import io.millrace.proto.v1.GroupServiceGrpc;
import io.millrace.proto.v1.HeartbeatHeard;
import io.millrace.proto.v1.JoinEnd;
import io.millrace.proto.v1.JoinRequest;
import io.millrace.proto.v1.JoinResponse;
import io.millrace.proto.v1.LeaderHint;
import io.millrace.proto.v1.MemberAssignment;
import io.millrace.proto.v1.MemberCommit;
import io.millrace.proto.v1.MemberOpen;
import io.millrace.proto.v1.OffsetCommit;
import io.millrace.proto.v1.StreamError;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The one group of a {@link StreamCluster}; whichever broker coordinates it finds all as the last one has left it. */
final class StreamGroup {
    /** What may be asked of a commit before it is stored. */
    interface CommitStep {
        /** @throws io.grpc.StatusRuntimeException to refuse it */
        void before(CommitOffsetsRequest request) throws InterruptedException;
    }

    private final StreamCluster cluster;
    private final ModelGroup model;
    private final ExecutorService sessionCommits = Executors.newCachedThreadPool();
    private final Map<String, JoinHandler> streams = new LinkedHashMap<>();
    private final Map<TopicPartition, CommittedOffset> offsets = new LinkedHashMap<>();
    final List<CommitOffsetsRequest> commits = new CopyOnWriteArrayList<>();
    /** Of those, the ones that came by a call of their own. */
    final AtomicInteger commitCalls = new AtomicInteger();

    final List<Integer> commitBrokers = new CopyOnWriteArrayList<>();
    final List<MemberOpen> opens = new CopyOnWriteArrayList<>();
    /** What happened, in order: words of the coordinator, and of the test. */
    final List<String> events = new CopyOnWriteArrayList<>();

    volatile int coordinator;
    /** Reads nothing and says nothing; -1 for none. */
    volatile int hangingBroker = -1;

    volatile @Nullable ErrorReason refusal;
    /** Of who asks for offsets. */
    volatile @Nullable ErrorReason offsetsRefusal;

    volatile CommitStep commitStep = request -> {};

    StreamGroup(StreamCluster cluster, int partitions) {
        this.cluster = cluster;
        Set<OwnedPartition> all = new LinkedHashSet<>();
        for (int i = 0; i < partitions; i++) {
            all.add(new OwnedPartition(new TopicPartition(StreamCluster.TOPIC, i), "t1"));
        }
        this.model = new ModelGroup(all);
    }

    void close() {
        var unused = sessionCommits.shutdownNow();
    }

    LeaderHint hint() {
        return LeaderHint.newBuilder()
                .setBrokerId(coordinator)
                .setEndpoint(cluster.broker(coordinator).endpoint())
                .build();
    }

    synchronized Set<String> members() {
        return Set.copyOf(model.members.keySet());
    }

    synchronized @Nullable CommittedOffset committed(int partition) {
        return offsets.get(new TopicPartition(StreamCluster.TOPIC, partition));
    }

    synchronized void put(int partition, long offset, String topicId) {
        TopicPartition id = new TopicPartition(StreamCluster.TOPIC, partition);
        offsets.put(
                id,
                CommittedOffset.newBuilder()
                        .setTopic(id.topic())
                        .setTopicId(topicId)
                        .setPartition(partition)
                        .setOffset(offset)
                        .setLeaderEpoch(-1)
                        .build());
    }

    /** Takes a member for gone, and says so on its stream if it is to be told. */
    synchronized void expel(boolean mustTell) {
        for (String id : List.copyOf(model.members.keySet())) {
            model.remove(id);
            JoinHandler stream = streams.remove(id);
            if (stream != null && mustTell) {
                stream.fail(Refusals.definite(Status.Code.ABORTED, ErrorReason.ERROR_REASON_UNKNOWN_MEMBER));
            }
        }
        push();
    }

    /** Another broker coordinates from now on; the old one says so, where it is not to break off. */
    synchronized void move(int broker, boolean isOrderly) {
        coordinator = broker;
        List<JoinHandler> all = List.copyOf(streams.values());
        streams.clear();
        for (JoinHandler stream : all) {
            if (isOrderly) {
                stream.end();
            } else {
                stream.fail(Status.UNAVAILABLE.asRuntimeException());
            }
        }
    }

    private void push() {
        model.members.forEach((id, member) -> {
            JoinHandler stream = streams.get(id);
            if (stream != null) {
                stream.tell(model.generation, member.told);
            }
        });
    }

    GroupServiceGrpc.GroupServiceImplBase service(int broker) {
        return new Service(broker);
    }

    private final class Service extends GroupServiceGrpc.GroupServiceImplBase {
        private final int broker;

        Service(int broker) {
            this.broker = broker;
        }

        @Override
        public StreamObserver<JoinRequest> join(StreamObserver<JoinResponse> to) {
            JoinHandler handler = new JoinHandler(broker, to);
            ((ServerCallStreamObserver<JoinResponse>) to).setOnCancelHandler(handler::forget);
            return handler;
        }

        @Override
        public void commitOffsets(CommitOffsetsRequest request, StreamObserver<CommitOffsetsResponse> to) {
            commitCalls.incrementAndGet();
            try {
                take(request, broker);
                to.onNext(CommitOffsetsResponse.getDefaultInstance());
                to.onCompleted();
            } catch (io.grpc.StatusRuntimeException refused) {
                to.onError(refused);
            } catch (InterruptedException e) {
                // The broker is being closed, and with it the call.
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public void fetchOffsets(FetchOffsetsRequest request, StreamObserver<FetchOffsetsResponse> to) {
            ErrorReason reason = offsetsRefusal;
            if (reason != null) {
                to.onError(Refusals.definite(Status.Code.FAILED_PRECONDITION, reason));
                return;
            }
            synchronized (StreamGroup.this) {
                to.onNext(FetchOffsetsResponse.newBuilder()
                        .addAllOffsets(offsets.values())
                        .build());
            }
            to.onCompleted();
        }
    }

    private void take(CommitOffsetsRequest request, int broker) throws InterruptedException {
        commits.add(request);
        commitBrokers.add(broker);
        commitStep.before(request);
        store(request);
    }

    private synchronized void store(CommitOffsetsRequest request) {
        Member member = model.members.get(request.getMemberId());
        if (member == null) {
            throw Refusals.definite(Status.Code.ABORTED, ErrorReason.ERROR_REASON_UNKNOWN_MEMBER);
        }
        List<String> words = new ArrayList<>();
        for (OffsetCommit one : request.getOffsetsList()) {
            TopicPartition id = new TopicPartition(one.getTopic(), one.getPartition());
            OwnedPartition partition = new OwnedPartition(id, one.getTopicId());
            if (!member.has(partition)) {
                throw Refusals.definite(Status.Code.FAILED_PRECONDITION, ErrorReason.ERROR_REASON_NOT_PARTITION_OWNER);
            }
            if (request.getGeneration() < member.since.getOrDefault(partition, 0L)) {
                throw Refusals.definite(Status.Code.ABORTED, ErrorReason.ERROR_REASON_ILLEGAL_GENERATION);
            }
            if (one.getOffset() > cluster.endOffset(one.getPartition())) {
                throw Refusals.definite(Status.Code.OUT_OF_RANGE, ErrorReason.ERROR_REASON_OFFSET_OUT_OF_RANGE);
            }
        }
        for (OffsetCommit one : request.getOffsetsList()) {
            TopicPartition id = new TopicPartition(one.getTopic(), one.getPartition());
            CommittedOffset before = offsets.get(id);
            if (before != null && before.getOffset() > one.getOffset() && !one.getRewind()) {
                continue;
            }
            offsets.put(
                    id,
                    CommittedOffset.newBuilder()
                            .setTopic(one.getTopic())
                            .setTopicId(one.getTopicId())
                            .setPartition(one.getPartition())
                            .setOffset(one.getOffset())
                            .setLeaderEpoch(one.getLeaderEpoch())
                            .setMetadata(one.getMetadata())
                            .build());
            words.add(one.getPartition() + "@" + one.getOffset());
        }
        words.sort(null);
        events.add("commit " + String.join(" ", words));
    }

    private final class JoinHandler implements StreamObserver<JoinRequest> {
        private final int broker;
        private final StreamObserver<JoinResponse> to;
        private String id = "";
        private String name = "";
        private long toldGeneration = -1;
        private boolean isOver;

        JoinHandler(int broker, StreamObserver<JoinResponse> to) {
            this.broker = broker;
            this.to = to;
        }

        @Override
        public void onNext(JoinRequest request) {
            synchronized (StreamGroup.this) {
                if (isOver || broker == hangingBroker) {
                    return;
                }
                switch (request.getMessageCase()) {
                    case OPEN -> open(request.getOpen());
                    case HEARTBEAT -> {
                        Set<OwnedPartition> holds =
                                OwnedPartition.of(request.getHeartbeat().getHoldsList());
                        Member member = model.members.get(id);
                        int before = member == null ? 0 : member.releasing.size();
                        to.onNext(JoinResponse.newBuilder()
                                .setHeard(HeartbeatHeard.newBuilder()
                                        .setNumber(request.getHeartbeat().getNumber()))
                                .build());
                        model.heartbeat(id, request.getHeartbeat().getGeneration(), holds);
                        if (member != null && member.releasing.size() < before) {
                            events.add("let go");
                        }
                        push();
                    }
                    case LEAVE -> {
                        events.add("leave");
                        streams.remove(id);
                        model.remove(id);
                        push();
                    }
                    case COMMIT -> sessionCommits.execute(() -> commit(request.getCommit()));
                    case MESSAGE_NOT_SET -> throw new IllegalArgumentException();
                }
            }
        }

        /** On a thread of its own: what waits to be stored holds up no heartbeat. */
        private void commit(MemberCommit commit) {
            CommitAnswer.Builder answer = CommitAnswer.newBuilder().setNumber(commit.getNumber());
            try {
                take(
                        CommitOffsetsRequest.newBuilder()
                                .setGroup(name)
                                .setMemberId(id)
                                .setGeneration(commit.getGeneration())
                                .setNumber(commit.getNumber())
                                .addAllOffsets(commit.getOffsetsList())
                                .build(),
                        broker);
            } catch (io.grpc.StatusRuntimeException refused) {
                answer.setError(StreamError.newBuilder().setMessage("refused"));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
            synchronized (StreamGroup.this) {
                if (!isOver) {
                    to.onNext(JoinResponse.newBuilder().setCommitted(answer).build());
                }
            }
        }

        private void open(MemberOpen open) {
            opens.add(open);
            ErrorReason reason = refusal;
            id = open.getMemberId();
            name = open.getGroup();
            if (broker != coordinator) {
                fail(Refusals.notCoordinator(hint()));
            } else if (reason != null) {
                fail(Refusals.definite(Status.Code.ALREADY_EXISTS, reason));
            } else if (!model.open(id, open.getGeneration(), OwnedPartition.of(open.getHoldsList()))) {
                fail(Refusals.definite(Status.Code.ABORTED, ErrorReason.ERROR_REASON_UNKNOWN_MEMBER));
            } else {
                streams.put(id, this);
                push();
            }
        }

        void tell(long generation, Set<OwnedPartition> told) {
            // Silence is all that a heartbeat is answered with where nothing has changed.
            if (!isOver && generation > toldGeneration) {
                toldGeneration = generation;
                to.onNext(JoinResponse.newBuilder()
                        .setAssignment(MemberAssignment.newBuilder()
                                .setGeneration(generation)
                                .addAllPartitions(OwnedPartition.messages(told)))
                        .build());
            }
        }

        void end() {
            isOver = true;
            to.onNext(JoinResponse.newBuilder()
                    .setEnd(JoinEnd.newBuilder().setCoordinator(hint()))
                    .build());
            to.onCompleted();
        }

        void fail(RuntimeException failure) {
            if (!isOver) {
                isOver = true;
                to.onError(failure);
            }
        }

        private void forget() {
            synchronized (StreamGroup.this) {
                isOver = true;
                streams.remove(id, this);
            }
        }

        @Override
        public void onError(Throwable thrown) {
            forget();
        }

        @Override
        public void onCompleted() {
            synchronized (StreamGroup.this) {
                if (!isOver) {
                    isOver = true;
                    to.onCompleted();
                }
            }
        }
    }
}
