package io.millrace.broker.rpc;

import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import io.millrace.broker.core.BrokerImage;
import io.millrace.broker.core.BrokerIncarnation;
import io.millrace.broker.core.ErrorReason;
import io.millrace.broker.core.Outcome;
import io.millrace.broker.core.PartitionState;
import io.millrace.broker.core.Refusal;
import io.millrace.broker.core.TopicImage;
import io.millrace.broker.core.TopicPartition;
import io.millrace.broker.group.PartitionLookup;
import io.millrace.broker.replication.PartitionServer;
import io.millrace.broker.replication.PartitionServer.FoundOffset;
import io.millrace.proto.v1.ConsumerServiceGrpc;
import io.millrace.proto.v1.EarliestPosition;
import io.millrace.proto.v1.LatestPosition;
import io.millrace.proto.v1.ListOffsetsRequest;
import io.millrace.proto.v1.ListOffsetsResponse;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Asks a partition's leader, here or at another broker. From any thread. */
public final class LeaderLookup implements PartitionLookup {
    private static final long DEADLINE_MS = 3_000;

    private final RpcContext context;
    private final PeerChannels channels;
    private final PartitionServer partitions;

    public LeaderLookup(RpcContext context, PeerChannels channels, PartitionServer partitions) {
        this.context = context;
        this.channels = channels;
        this.partitions = partitions;
    }

    @Override
    public OptionalLong localEnd(TopicPartition partition) {
        return partitions.localEnd(partition);
    }

    @Override
    public void find(String topic, TopicPartition partition, Position position, Consumer<Outcome<Found>> reply) {
        TopicImage image = context.image().get().topics().get(topic);
        PartitionState state = image == null || !image.topicId().equals(partition.topicId())
                ? null
                : image.partitions().get(partition.partition());
        if (image == null) {
            reply.accept(
                    Outcome.no(Refusal.definite(ErrorReason.UNKNOWN_TOPIC, "Topic '" + topic + "' does not exist")));
        } else if (state != null && context.isSelf(state.leader())) {
            partitions.offsetFor(partition, local(position), outcome -> reply.accept(found(outcome)));
        } else {
            ask(topic, partition, position, state, reply);
        }
    }

    private static PartitionServer.Position local(Position position) {
        if (position instanceof Position.Time time) {
            return PartitionServer.Position.ofTime(time.timestampMs());
        }
        if (position instanceof Position.Offset offset) {
            return PartitionServer.Position.ofOffset(offset.offset());
        }
        return position instanceof Position.Earliest
                ? PartitionServer.Position.EARLIEST
                : PartitionServer.Position.LATEST;
    }

    private static Outcome<Found> found(Outcome<FoundOffset> outcome) {
        return outcome.fold(
                found -> found(found.offset(), found.timestampMs(), found.highWatermark()), no -> Outcome.no(no));
    }

    private static Outcome<Found> found(long offset, long timestampMs, long end) {
        return end < 0
                ? Outcome.no(Refusal.definite(
                        ErrorReason.LEADER_NOT_AVAILABLE, "The leader cannot tell where the partition ends yet"))
                : Outcome.ok(new Found(offset, timestampMs, end));
    }

    private void ask(
            String topic,
            TopicPartition partition,
            Position position,
            @Nullable PartitionState state,
            Consumer<Outcome<Found>> reply) {
        BrokerImage leader = state == null
                ? null
                : context.image().get().known(new BrokerIncarnation(state.leader(), state.leaderBrokerEpoch()));
        String endpoint = leader == null ? null : leader.endpoints().get(BrokerImage.INTERNAL_LISTENER);
        if (leader == null || endpoint == null) {
            reply.accept(Outcome.no(Refusal.notLeader(partition, PartitionState.NO_LEADER, -1)));
            return;
        }
        // Of no caller: one that gives up must not spoil the question of another.
        Context.ROOT.run(() -> ConsumerServiceGrpc.newStub(channels.calls(leader.incarnation(), endpoint))
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers()))
                .withDeadlineAfter(DEADLINE_MS, TimeUnit.MILLISECONDS)
                .listOffsets(request(topic, partition, position), new Answer(topic, partition, reply)));
    }

    private Metadata headers() {
        Metadata headers = new Metadata();
        context.self().get().ifPresent(me -> headers.put(CallOrigin.HEADER, Integer.toString(me.id())));
        return headers;
    }

    /** Replies once, when the call is over. */
    private static final class Answer implements StreamObserver<ListOffsetsResponse> {
        private final Consumer<Outcome<Found>> reply;
        private Outcome<Found> outcome;

        Answer(String topic, TopicPartition partition, Consumer<Outcome<Found>> reply) {
            this.reply = reply;
            this.outcome = Outcome.no(Refusal.definite(
                    ErrorReason.LEADER_NOT_AVAILABLE,
                    "The leader of " + topic + "-" + partition.partition() + " did not answer"));
        }

        @Override
        public void onNext(ListOffsetsResponse answer) {
            long timestampMs = answer.hasTimestamp() ? WireTime.millisRoundedDown(answer.getTimestamp()) : -1;
            long end = answer.hasHighWatermark() ? answer.getHighWatermark() : -1;
            outcome = found(answer.getOffset(), timestampMs, end);
        }

        @Override
        public void onError(Throwable failed) {
            reply.accept(outcome);
        }

        @Override
        public void onCompleted() {
            reply.accept(outcome);
        }
    }

    private static ListOffsetsRequest request(String topic, TopicPartition partition, Position position) {
        ListOffsetsRequest.Builder request = ListOffsetsRequest.newBuilder()
                .setTopic(topic)
                .setTopicId(partition.topicId())
                .setPartition(partition.partition());
        if (position instanceof Position.Time time) {
            request.setTime(WireTime.timestamp(time.timestampMs()));
        } else if (position instanceof Position.Offset offset) {
            request.setOffset(offset.offset());
        } else if (position instanceof Position.Earliest) {
            request.setEarliest(EarliestPosition.getDefaultInstance());
        } else {
            request.setLatest(LatestPosition.getDefaultInstance());
        }
        return request.build();
    }
}
