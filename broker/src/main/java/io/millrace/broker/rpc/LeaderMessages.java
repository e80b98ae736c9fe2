package io.millrace.broker.rpc;

import io.millrace.broker.core.BrokerIncarnation;
import io.millrace.broker.core.TopicPartition;
import io.millrace.broker.replication.LeaderMessage;
import io.millrace.proto.internal.v1.PartitionData;
import io.millrace.proto.internal.v1.PartitionDiverging;
import io.millrace.proto.internal.v1.PartitionOpened;
import io.millrace.proto.internal.v1.PartitionRefused;
import io.millrace.proto.internal.v1.RefusalReason;
import io.millrace.proto.internal.v1.ReplicateResponse;
import io.millrace.proto.internal.v1.Welcome;
import io.millrace.wire.WireBytes;
import java.util.Optional;

/** What a leader says, between values and messages. */
final class LeaderMessages {

    private LeaderMessages() {}

    static ReplicateResponse welcome(BrokerIncarnation leader) {
        return ReplicateResponse.newBuilder()
                .setWelcome(Welcome.newBuilder().setBrokerId(leader.id()).setBrokerEpoch(leader.epoch()))
                .build();
    }

    static BrokerIncarnation leader(Welcome welcome) {
        return new BrokerIncarnation(welcome.getBrokerId(), welcome.getBrokerEpoch());
    }

    /** Without copying batches: nobody may write to them until the message has been sent. */
    static ReplicateResponse message(LeaderMessage message) {
        Writer writer = new Writer();
        message.deliverTo(writer);
        return writer.written.build();
    }

    /** Empty for a message that has no place behind the first one, or whose meaning this broker does not know. */
    static Optional<LeaderMessage> value(ReplicateResponse message) {
        return switch (message.getMessageCase()) {
            case OPENED -> Optional.of(opened(message.getOpened()));
            case DIVERGING -> Optional.of(diverging(message.getDiverging()));
            case DATA -> Optional.of(data(message.getData()));
            case REFUSED -> refused(message.getRefused());
            case WELCOME, MESSAGE_NOT_SET -> Optional.empty();
        };
    }

    private static LeaderMessage opened(PartitionOpened opened) {
        return new LeaderMessage.Opened(
                new TopicPartition(opened.getTopicId(), opened.getPartition()),
                opened.getLeaderEpoch(),
                opened.getLogStartOffset(),
                opened.getHighWatermark());
    }

    private static LeaderMessage diverging(PartitionDiverging diverging) {
        return new LeaderMessage.Diverging(
                new TopicPartition(diverging.getTopicId(), diverging.getPartition()),
                diverging.getLeaderEpoch(),
                diverging.getEpoch(),
                diverging.getEndOffset());
    }

    private static LeaderMessage data(PartitionData data) {
        return new LeaderMessage.Data(
                new TopicPartition(data.getTopicId(), data.getPartition()),
                data.getLeaderEpoch(),
                data.getLogStartOffset(),
                data.getHighWatermark(),
                WireBytes.owned(data.getBatches()));
    }

    private static Optional<LeaderMessage> refused(PartitionRefused refused) {
        return reason(refused.getReason())
                .map(reason -> new LeaderMessage.Refused(
                        new TopicPartition(refused.getTopicId(), refused.getPartition()),
                        refused.getLeaderEpoch(),
                        reason,
                        refused.getLogStartOffset()));
    }

    private static Optional<LeaderMessage.Reason> reason(RefusalReason reason) {
        return switch (reason) {
            case REFUSAL_REASON_FENCED_LEADER_EPOCH -> Optional.of(LeaderMessage.Reason.FENCED_LEADER_EPOCH);
            case REFUSAL_REASON_UNKNOWN_LEADER_EPOCH -> Optional.of(LeaderMessage.Reason.UNKNOWN_LEADER_EPOCH);
            case REFUSAL_REASON_NOT_LEADER -> Optional.of(LeaderMessage.Reason.NOT_LEADER);
            case REFUSAL_REASON_NOT_A_REPLICA -> Optional.of(LeaderMessage.Reason.NOT_A_REPLICA);
            case REFUSAL_REASON_STALE_BROKER_EPOCH -> Optional.of(LeaderMessage.Reason.STALE_BROKER_EPOCH);
            case REFUSAL_REASON_OUT_OF_RANGE -> Optional.of(LeaderMessage.Reason.OUT_OF_RANGE);
            case REFUSAL_REASON_STORAGE_FAILED -> Optional.of(LeaderMessage.Reason.STORAGE_FAILED);
            case REFUSAL_REASON_UNSPECIFIED, UNRECOGNIZED -> Optional.empty();
        };
    }

    private static RefusalReason message(LeaderMessage.Reason reason) {
        return switch (reason) {
            case FENCED_LEADER_EPOCH -> RefusalReason.REFUSAL_REASON_FENCED_LEADER_EPOCH;
            case UNKNOWN_LEADER_EPOCH -> RefusalReason.REFUSAL_REASON_UNKNOWN_LEADER_EPOCH;
            case NOT_LEADER -> RefusalReason.REFUSAL_REASON_NOT_LEADER;
            case NOT_A_REPLICA -> RefusalReason.REFUSAL_REASON_NOT_A_REPLICA;
            case STALE_BROKER_EPOCH -> RefusalReason.REFUSAL_REASON_STALE_BROKER_EPOCH;
            case OUT_OF_RANGE -> RefusalReason.REFUSAL_REASON_OUT_OF_RANGE;
            case STORAGE_FAILED -> RefusalReason.REFUSAL_REASON_STORAGE_FAILED;
        };
    }

    private static final class Writer implements LeaderMessage.Receiver {
        private final ReplicateResponse.Builder written = ReplicateResponse.newBuilder();

        @Override
        public void onOpened(LeaderMessage.Opened opened) {
            written.setOpened(PartitionOpened.newBuilder()
                    .setTopicId(opened.partition().topicId())
                    .setPartition(opened.partition().partition())
                    .setLeaderEpoch(opened.leaderEpoch())
                    .setLogStartOffset(opened.logStartOffset())
                    .setHighWatermark(opened.highWatermark()));
        }

        @Override
        public void onDiverging(LeaderMessage.Diverging diverging) {
            written.setDiverging(PartitionDiverging.newBuilder()
                    .setTopicId(diverging.partition().topicId())
                    .setPartition(diverging.partition().partition())
                    .setLeaderEpoch(diverging.leaderEpoch())
                    .setEpoch(diverging.epoch())
                    .setEndOffset(diverging.endOffset()));
        }

        @Override
        public void onData(LeaderMessage.Data data) {
            written.setData(PartitionData.newBuilder()
                    .setTopicId(data.partition().topicId())
                    .setPartition(data.partition().partition())
                    .setLeaderEpoch(data.leaderEpoch())
                    .setLogStartOffset(data.logStartOffset())
                    .setHighWatermark(data.highWatermark())
                    .setBatches(WireBytes.of(data.batches())));
        }

        @Override
        public void onRefused(LeaderMessage.Refused refused) {
            written.setRefused(PartitionRefused.newBuilder()
                    .setTopicId(refused.partition().topicId())
                    .setPartition(refused.partition().partition())
                    .setLeaderEpoch(refused.leaderEpoch())
                    .setReason(message(refused.reason()))
                    .setLogStartOffset(refused.logStartOffset()));
        }
    }
}
