package io.millrace.broker.rpc;

import io.millrace.broker.core.BrokerIncarnation;
import io.millrace.broker.core.TopicPartition;
import io.millrace.broker.replication.FollowerMessage;
import io.millrace.broker.replication.Hello;
import io.millrace.proto.internal.v1.AckPartition;
import io.millrace.proto.internal.v1.ClosePartition;
import io.millrace.proto.internal.v1.OpenPartition;
import io.millrace.proto.internal.v1.ReplicateRequest;
import java.util.Optional;

/** What a follower says, between values and messages. */
final class FollowerMessages {

    private FollowerMessages() {}

    static ReplicateRequest message(Hello hello) {
        return ReplicateRequest.newBuilder()
                .setHello(io.millrace.proto.internal.v1.Hello.newBuilder()
                        .setClusterId(hello.clusterId())
                        .setBrokerId(hello.follower().id())
                        .setBrokerEpoch(hello.follower().epoch())
                        .setLeaderId(hello.leader().id())
                        .setLeaderBrokerEpoch(hello.leader().epoch()))
                .build();
    }

    static Hello hello(io.millrace.proto.internal.v1.Hello message) {
        return new Hello(
                message.getClusterId(),
                new BrokerIncarnation(message.getBrokerId(), message.getBrokerEpoch()),
                new BrokerIncarnation(message.getLeaderId(), message.getLeaderBrokerEpoch()));
    }

    static ReplicateRequest message(FollowerMessage message) {
        Writer writer = new Writer();
        message.deliverTo(writer);
        return writer.written.build();
    }

    /** Empty for a message that has no place behind the first one. */
    static Optional<FollowerMessage> value(ReplicateRequest message) {
        return switch (message.getMessageCase()) {
            case OPEN -> Optional.of(open(message.getOpen()));
            case ACK -> Optional.of(ack(message.getAck()));
            case CLOSE -> Optional.of(close(message.getClose()));
            case HELLO, MESSAGE_NOT_SET -> Optional.empty();
        };
    }

    private static FollowerMessage open(OpenPartition open) {
        return new FollowerMessage.Open(
                new TopicPartition(open.getTopicId(), open.getPartition()),
                open.getLeaderEpoch(),
                open.getLastFetchedEpoch(),
                open.getFetchOffset(),
                open.getDurableEndOffset(),
                open.getLeaving());
    }

    private static FollowerMessage ack(AckPartition ack) {
        return new FollowerMessage.Ack(
                new TopicPartition(ack.getTopicId(), ack.getPartition()),
                ack.getLeaderEpoch(),
                ack.getEndOffset(),
                ack.getDurableEndOffset(),
                ack.getLeaving());
    }

    private static FollowerMessage close(ClosePartition close) {
        return new FollowerMessage.Close(
                new TopicPartition(close.getTopicId(), close.getPartition()), close.getLeaderEpoch());
    }

    private static final class Writer implements FollowerMessage.Receiver {
        private final ReplicateRequest.Builder written = ReplicateRequest.newBuilder();

        @Override
        public void onOpen(FollowerMessage.Open open) {
            written.setOpen(OpenPartition.newBuilder()
                    .setTopicId(open.partition().topicId())
                    .setPartition(open.partition().partition())
                    .setLeaderEpoch(open.leaderEpoch())
                    .setLastFetchedEpoch(open.lastFetchedEpoch())
                    .setFetchOffset(open.fetchOffset())
                    .setDurableEndOffset(open.durableEndOffset())
                    .setLeaving(open.isLeaving()));
        }

        @Override
        public void onAck(FollowerMessage.Ack ack) {
            written.setAck(AckPartition.newBuilder()
                    .setTopicId(ack.partition().topicId())
                    .setPartition(ack.partition().partition())
                    .setLeaderEpoch(ack.leaderEpoch())
                    .setEndOffset(ack.endOffset())
                    .setDurableEndOffset(ack.durableEndOffset())
                    .setLeaving(ack.isLeaving()));
        }

        @Override
        public void onClose(FollowerMessage.Close close) {
            written.setClose(ClosePartition.newBuilder()
                    .setTopicId(close.partition().topicId())
                    .setPartition(close.partition().partition())
                    .setLeaderEpoch(close.leaderEpoch()));
        }
    }
}
