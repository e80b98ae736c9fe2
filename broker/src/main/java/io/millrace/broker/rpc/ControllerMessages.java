package io.millrace.broker.rpc;

import io.millrace.broker.core.BrokerIncarnation;
import io.millrace.broker.core.IsrProposal;
import io.millrace.broker.core.IsrVerdict;
import io.millrace.broker.core.Outcome;
import io.millrace.broker.core.PartitionState;
import io.millrace.broker.core.TopicPartition;
import io.millrace.proto.internal.v1.AnnounceStopResponse;
import io.millrace.proto.internal.v1.IsrMember;
import io.millrace.proto.internal.v1.ProposeIsrRequest;
import io.millrace.proto.internal.v1.ProposeIsrResponse;
import java.util.TreeMap;

/** What leaders and the controller say to each other, between values and messages. */
final class ControllerMessages {

    private ControllerMessages() {}

    static ProposeIsrRequest message(String clusterId, IsrProposal proposal) {
        ProposeIsrRequest.Builder message = ProposeIsrRequest.newBuilder()
                .setClusterId(clusterId)
                .setBrokerId(proposal.leader().id())
                .setBrokerEpoch(proposal.leader().epoch())
                .setControllerEpoch(proposal.controllerEpoch())
                .setTopicId(proposal.partition().topicId())
                .setPartition(proposal.partition().partition())
                .setLeaderEpoch(proposal.leaderEpoch())
                .setPartitionEpoch(proposal.partitionEpoch());
        proposal.isr()
                .forEach(member -> message.addIsr(
                        IsrMember.newBuilder().setBrokerId(member.id()).setBrokerEpoch(member.epoch())));
        return message.build();
    }

    static IsrProposal proposal(ProposeIsrRequest message) {
        return new IsrProposal(
                new TopicPartition(message.getTopicId(), message.getPartition()),
                new BrokerIncarnation(message.getBrokerId(), message.getBrokerEpoch()),
                message.getControllerEpoch(),
                message.getLeaderEpoch(),
                message.getPartitionEpoch(),
                message.getIsrList().stream()
                        .map(member -> new BrokerIncarnation(member.getBrokerId(), member.getBrokerEpoch()))
                        .toList());
    }

    static ProposeIsrResponse message(IsrVerdict verdict) {
        ProposeIsrResponse.Builder message = ProposeIsrResponse.newBuilder().setVerdict(message(verdict.kind()));
        PartitionState state = verdict.state();
        if (state != null) {
            message.setState(message(state));
        }
        return message.build();
    }

    static IsrVerdict verdict(ProposeIsrResponse message) {
        return new IsrVerdict(kind(message.getVerdict()), message.hasState() ? state(message.getState()) : null);
    }

    static AnnounceStopResponse message(Outcome<Integer> outcome) {
        return outcome.fold(
                leads -> AnnounceStopResponse.newBuilder()
                        .setAccepted(true)
                        .setLeads(leads)
                        .build(),
                refusal -> AnnounceStopResponse.getDefaultInstance());
    }

    private static io.millrace.proto.internal.v1.PartitionState message(PartitionState state) {
        return io.millrace.proto.internal.v1.PartitionState.newBuilder()
                .setLeader(state.leader())
                .setLeaderBrokerEpoch(state.leaderBrokerEpoch())
                .setLeaderEpoch(state.leaderEpoch())
                .setPartitionEpoch(state.partitionEpoch())
                .addAllIsr(state.isr())
                .addAllElr(state.elr())
                .addAllLastKnownElr(state.lastKnownElr())
                .putAllMemberEpochs(state.memberEpochs())
                .addAllReplicas(state.replicas())
                .build();
    }

    private static PartitionState state(io.millrace.proto.internal.v1.PartitionState message) {
        return new PartitionState(
                message.getLeader(),
                message.getLeaderBrokerEpoch(),
                message.getLeaderEpoch(),
                message.getPartitionEpoch(),
                message.getIsrList(),
                message.getElrList(),
                message.getLastKnownElrList(),
                new TreeMap<>(message.getMemberEpochsMap()),
                message.getReplicasList());
    }

    private static io.millrace.proto.internal.v1.IsrVerdict message(IsrVerdict.Kind kind) {
        return switch (kind) {
            case COMMITTED -> io.millrace.proto.internal.v1.IsrVerdict.ISR_VERDICT_COMMITTED;
            case FENCED -> io.millrace.proto.internal.v1.IsrVerdict.ISR_VERDICT_FENCED;
            case INELIGIBLE_REPLICA -> io.millrace.proto.internal.v1.IsrVerdict.ISR_VERDICT_INELIGIBLE_REPLICA;
            case NOT_CONTROLLER -> io.millrace.proto.internal.v1.IsrVerdict.ISR_VERDICT_NOT_CONTROLLER;
            case UNKNOWN_OUTCOME -> io.millrace.proto.internal.v1.IsrVerdict.ISR_VERDICT_UNKNOWN_OUTCOME;
        };
    }

    /** A verdict that this broker does not know the meaning of may stand for anything. */
    private static IsrVerdict.Kind kind(io.millrace.proto.internal.v1.IsrVerdict verdict) {
        return switch (verdict) {
            case ISR_VERDICT_COMMITTED -> IsrVerdict.Kind.COMMITTED;
            case ISR_VERDICT_FENCED -> IsrVerdict.Kind.FENCED;
            case ISR_VERDICT_INELIGIBLE_REPLICA -> IsrVerdict.Kind.INELIGIBLE_REPLICA;
            case ISR_VERDICT_NOT_CONTROLLER -> IsrVerdict.Kind.NOT_CONTROLLER;
            case ISR_VERDICT_UNKNOWN_OUTCOME, ISR_VERDICT_UNSPECIFIED, UNRECOGNIZED -> IsrVerdict.Kind.UNKNOWN_OUTCOME;
        };
    }
}
