package io.millrace.broker.core.controller;

import io.millrace.broker.core.PartitionState;
import io.millrace.broker.core.Safeguard;
import io.millrace.broker.core.Safeguards;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/** What every recorded state keeps to, and how ISR and ELR follow from each other (KIP-966). */
public final class MembershipRules {

    private MembershipRules() {}

    /** What is wrong with {@code state}, empty if nothing is: it may have been written by hand. */
    public static Optional<String> problem(PartitionState state) {
        if (!state.replicas().containsAll(state.members()) || !state.replicas().containsAll(state.lastKnownElr())) {
            return Optional.of("a member is not among the replicas");
        }
        if (state.leader() == PartitionState.NO_LEADER) {
            return state.members().isEmpty() && state.lastKnownElr().isEmpty()
                    ? Optional.of("nobody is known to hold the log")
                    : keys(state);
        }
        return state.isr().contains(state.leader()) ? keys(state) : Optional.of("the leader is not in the ISR");
    }

    private static Optional<String> keys(PartitionState state) {
        if (state.isr().stream().anyMatch(state.elr()::contains)) {
            return Optional.of("ISR and ELR have a member in common");
        }
        return state.memberEpochs().keySet().equals(new TreeSet<>(state.members()))
                ? Optional.empty()
                : Optional.of("memberEpochs are not those of ISR and ELR");
    }

    /**
     * {@code current} with another ISR, one partition epoch later. Who leaves while the new ISR is too small for the high
     * watermark to advance misses nothing that will be committed, and stays eligible; once it is large enough again nobody
     * outside of it is.
     *
     * @param isr ascending; of members of ISR or ELR, or in {@code joined}
     * @param joined incarnations of those that are new
     * @param minInsyncReplicas the topic's
     */
    static PartitionState withIsr(
            PartitionState current,
            List<Integer> isr,
            SortedMap<Integer, Long> joined,
            int minInsyncReplicas,
            Safeguards safeguards) {
        TreeSet<Integer> elr = new TreeSet<>();
        if (isr.size() < minInsyncReplicas && safeguards.has(Safeguard.R26_ELIGIBLE_REPLICAS_ARE_KEPT)) {
            elr.addAll(current.members());
            isr.forEach(elr::remove);
        }
        TreeMap<Integer, Long> epochs = new TreeMap<>(current.memberEpochs());
        epochs.putAll(joined);
        epochs.keySet().removeIf(id -> !isr.contains(id) && !elr.contains(id));
        return new PartitionState(
                current.leader(),
                current.leaderBrokerEpoch(),
                current.leaderEpoch(),
                current.partitionEpoch() + 1,
                isr,
                List.copyOf(elr),
                List.of(),
                epochs,
                current.replicas());
    }
}
