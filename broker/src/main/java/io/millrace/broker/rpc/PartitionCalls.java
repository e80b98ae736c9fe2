package io.millrace.broker.rpc;

import io.grpc.MethodDescriptor;
import io.millrace.broker.core.BrokerImage;
import io.millrace.broker.core.BrokerIncarnation;
import io.millrace.broker.core.ErrorReason;
import io.millrace.broker.core.PartitionState;
import io.millrace.broker.core.Refusal;
import io.millrace.broker.core.TopicImage;
import io.millrace.broker.core.TopicPartition;
import io.millrace.broker.rpc.Forwarder.Destination;
import io.millrace.broker.rpc.Forwarder.Effect;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Brings a call to the partition that it names, here or at the broker that leads it. */
final class PartitionCalls {

    private final RpcContext context;
    private final Forwarder forwarder;

    PartitionCalls(RpcContext context, Forwarder forwarder) {
        this.context = context;
        this.forwarder = forwarder;
    }

    /**
     * A call in a form that can be passed on.
     *
     * @param leaderOnly the caller wants to hear who leads rather than to be forwarded
     */
    record Call<Q, R>(MethodDescriptor<Q, R> method, Q request, Effect effect, boolean leaderOnly) {}

    /** The topic of that name; empty where there is none such, and then the reply has said so. */
    Optional<TopicImage> topic(String name, String topicId, Reply<?> reply) {
        return topic(name, topicId, reply::refuse);
    }

    private Optional<TopicImage> topic(String name, String topicId, Consumer<Rejection> refuse) {
        TopicImage topic = context.image().get().topics().get(name);
        if (topic == null) {
            refuse.accept(Rejection.unknownTopic(name, "Topic '" + name + "' does not exist"));
            return Optional.empty();
        }
        if (!topicId.isEmpty() && !topicId.equals(topic.topicId())) {
            refuse.accept(Rejection.of(
                    ErrorReason.TOPIC_ID_CHANGED,
                    "Topic '" + name + "' was created again: its id is " + topic.topicId()));
            return Optional.empty();
        }
        return Optional.of(topic);
    }

    /** Answers by {@code local} where this broker leads the partition, else by its leader or with a refusal. */
    <Q, R> void dispatch(
            TopicImage topic, int partition, Call<Q, R> call, Reply<R> reply, Consumer<TopicPartition> local) {
        PartitionState state = state(topic, partition, reply::refuse);
        TopicPartition id = new TopicPartition(topic.topicId(), partition);
        if (state != null && context.isSelf(state.leader())) {
            local.accept(id);
        } else if (state != null) {
            passOn(id, state, call, reply);
        }
    }

    /** Exactly one of the two: {@code local} where this broker leads the partition. Never forwards. */
    void here(
            String name,
            String topicId,
            int partition,
            Consumer<Rejection> refuse,
            BiConsumer<TopicImage, TopicPartition> local) {
        topic(name, topicId, refuse).ifPresent(topic -> {
            PartitionState state = state(topic, partition, refuse);
            TopicPartition id = new TopicPartition(topic.topicId(), partition);
            if (state != null && context.isSelf(state.leader())) {
                local.accept(topic, id);
            } else if (state != null) {
                int leader = leader(state).isEmpty() ? PartitionState.NO_LEADER : state.leader();
                refuse.accept(Rejection.of(Refusal.notLeader(id, leader, state.leaderEpoch())));
            }
        });
    }

    /** Null where there is none, and then the caller has been told. */
    private static @Nullable PartitionState state(TopicImage topic, int partition, Consumer<Rejection> refuse) {
        if (partition >= topic.partitionCount()) {
            refuse.accept(Rejection.unknownTopic(
                    topic.name(),
                    "Topic '" + topic.name() + "' has partitions 0 to " + (topic.partitionCount() - 1) + ", no "
                            + partition));
            return null;
        }
        PartitionState state = topic.partitions().get(partition);
        if (state == null) {
            refuse.accept(Rejection.of(
                    Refusal.notLeader(new TopicPartition(topic.topicId(), partition), PartitionState.NO_LEADER, -1)));
        }
        return state;
    }

    private <Q, R> void passOn(TopicPartition id, PartitionState state, Call<Q, R> call, Reply<R> reply) {
        Optional<Destination> leader = leader(state);
        if (leader.isEmpty()) {
            reply.refuse(Refusal.notLeader(id, PartitionState.NO_LEADER, state.leaderEpoch()));
        } else if (call.leaderOnly() || CallOrigin.isForwarded()) {
            reply.refuse(Refusal.notLeader(id, state.leader(), state.leaderEpoch()));
        } else {
            forwarder.forward(call.method(), call.request(), call.effect(), leader.get(), reply);
        }
    }

    /** The leader as long as the incarnation that was elected is up: another one of the same broker does not lead. */
    private Optional<Destination> leader(PartitionState state) {
        BrokerIncarnation incarnation = new BrokerIncarnation(state.leader(), state.leaderBrokerEpoch());
        BrokerImage broker = context.image().get().known(incarnation);
        if (broker == null) {
            return Optional.empty();
        }
        return Optional.ofNullable(broker.endpoints().get(BrokerImage.INTERNAL_LISTENER))
                .map(endpoint -> new Destination(incarnation, endpoint));
    }
}
