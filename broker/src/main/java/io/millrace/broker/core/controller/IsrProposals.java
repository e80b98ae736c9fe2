package io.millrace.broker.core.controller;

import io.millrace.broker.core.BrokerIncarnation;
import io.millrace.broker.core.IsrProposal;
import io.millrace.broker.core.IsrVerdict;
import io.millrace.broker.core.PartitionState;
import io.millrace.broker.core.Safeguard;
import io.millrace.broker.core.TopicImage;
import io.millrace.broker.core.controller.Write.Cause;
import io.millrace.broker.core.controller.Write.ChangePartition;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Judges leaders' wishes for another ISR. */
public final class IsrProposals {

    private IsrProposals() {}

    /** The verdict, and the change where it is COMMITTED and not recorded already. */
    public static Decision<IsrVerdict> judge(ClusterState state, IsrProposal proposal) {
        if (proposal.controllerEpoch() > state.controllerEpoch() && refersToNewer(state)) {
            // The leader has heard of a later controller: this one must not answer for it (R19).
            return Decision.unchanged(state, IsrVerdict.of(IsrVerdict.Kind.NOT_CONTROLLER));
        }
        TopicImage topic = state.topicOf(proposal.partition());
        PartitionState current = topic == null
                ? null
                : topic.partitions().get(proposal.partition().partition());
        if (topic == null || current == null) {
            return Decision.unchanged(state, IsrVerdict.of(IsrVerdict.Kind.FENCED));
        }
        IsrVerdict.Kind verdict = verdict(state, topic, current, proposal);
        List<Integer> isr = ids(proposal);
        if (verdict != IsrVerdict.Kind.COMMITTED || isr.equals(current.isr())) {
            return Decision.unchanged(state, new IsrVerdict(verdict, current));
        }
        ChangePartition relief = losesAll(topic, current, isr) ? relief(state, topic, current, proposal) : null;
        if (relief != null) {
            return new Decision<>(
                    state.with(List.of(relief)),
                    List.of(relief),
                    new IsrVerdict(IsrVerdict.Kind.FENCED, relief.after()));
        }
        return commit(state, topic, current, proposal, isr);
    }

    /** So many fall behind a leader at once that too few are left: perhaps it is the leader that they cannot follow. */
    private static boolean losesAll(TopicImage topic, PartitionState current, List<Integer> isr) {
        int enough = topic.config().minInsyncReplicas();
        return isr.size() < enough && current.isr().size() >= enough;
    }

    private static @Nullable ChangePartition relief(
            ClusterState state, TopicImage topic, PartitionState current, IsrProposal proposal) {
        return state.safeguards().has(Safeguard.D12_WHO_LOSES_ALL_HANDS_OVER)
                ? Relief.of(state, topic, proposal.partition().partition(), current, current)
                : null;
    }

    private static Decision<IsrVerdict> commit(
            ClusterState state, TopicImage topic, PartitionState current, IsrProposal proposal, List<Integer> isr) {
        List<BrokerIncarnation> joining = joining(current, proposal);
        TreeMap<Integer, Long> joined = new TreeMap<>();
        joining.forEach(member -> joined.put(member.id(), member.epoch()));
        PartitionState after =
                MembershipRules.withIsr(current, isr, joined, topic.config().minInsyncReplicas(), state.safeguards());
        ChangePartition change = new ChangePartition(
                topic.name(), proposal.partition().partition(), current, after, Cause.ISR_PROPOSED, joining);
        return new Decision<>(
                state.with(List.of(change)), List.of(change), new IsrVerdict(IsrVerdict.Kind.COMMITTED, after));
    }

    private static IsrVerdict.Kind verdict(
            ClusterState state, TopicImage topic, PartitionState current, IsrProposal proposal) {
        boolean isAhead =
                proposal.leaderEpoch() > current.leaderEpoch() || proposal.partitionEpoch() > current.partitionEpoch();
        if (isAhead && refersToNewer(state)) {
            return IsrVerdict.Kind.NOT_CONTROLLER;
        }
        if (proposal.leaderEpoch() < current.leaderEpoch() || !current.isLedBy(proposal.leader())) {
            return IsrVerdict.Kind.FENCED;
        }
        List<Integer> isr = ids(proposal);
        if (isr.equals(current.isr()) && state.safeguards().has(Safeguard.R20_REPEATED_PROPOSALS_ARE_GRANTED)) {
            // Also where the partition epoch is old: the answer to the first attempt was lost (R20).
            return IsrVerdict.Kind.COMMITTED;
        }
        if (proposal.partitionEpoch() < current.partitionEpoch()) {
            return IsrVerdict.Kind.FENCED;
        }
        boolean isSound =
                isr.contains(current.leader()) && isr.size() == proposal.isr().size();
        return isSound && areEligible(state, topic, current, proposal)
                ? IsrVerdict.Kind.COMMITTED
                : IsrVerdict.Kind.INELIGIBLE_REPLICA;
    }

    /** N1 for those that join: in the incarnation that the leader saw, not about to stop, with a log and a disk that work. */
    private static boolean areEligible(
            ClusterState state, TopicImage topic, PartitionState current, IsrProposal proposal) {
        Eligibility rules = Eligibility.of(state, topic, proposal.partition().partition(), current);
        return current.replicas().containsAll(ids(proposal))
                && joining(current, proposal).stream()
                        .allMatch(member ->
                                rules.isServing(member.id()) && !rules.isStalled(member.id()) && isSeen(state, member));
    }

    private static boolean refersToNewer(ClusterState state) {
        return state.safeguards().has(Safeguard.R19_STALE_CONTROLLERS_DO_NOT_ANSWER);
    }

    private static boolean isSeen(ClusterState state, BrokerIncarnation member) {
        return state.isLive(member) || !state.safeguards().has(Safeguard.R25_JOINERS_ARE_OF_THE_INCARNATION_SEEN);
    }

    private static List<BrokerIncarnation> joining(PartitionState current, IsrProposal proposal) {
        return proposal.isr().stream()
                .filter(member -> !current.isr().contains(member.id()))
                .toList();
    }

    private static List<Integer> ids(IsrProposal proposal) {
        return proposal.isr().stream()
                .map(BrokerIncarnation::id)
                .sorted()
                .distinct()
                .toList();
    }
}
