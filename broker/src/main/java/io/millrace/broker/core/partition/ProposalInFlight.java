package io.millrace.broker.core.partition;

import io.millrace.broker.core.BrokerIncarnation;
import io.millrace.broker.core.IsrVerdict;
import io.millrace.broker.core.Safeguard;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The in-sync set that a leader has proposed, until it is certain what came of that: none or one (INV-ISR-1). While no
 * answer says so it may be recorded at any moment, and is proposed again and again (R20).
 */
final class ProposalInFlight {

    private final ReplicationRules rules;

    private LeaderEffect.@Nullable ProposeIsr proposal;
    private boolean isUnanswered;
    /** Whether it was made once only: then one that no controller took was made by nobody. */
    private boolean isFirstTry;
    /** After a refused proposal nothing is proposed before the next tick that is late enough. */
    private boolean isBackingOff;

    private long retryAtNs;

    /** @param nowNs from when on something may be proposed */
    ProposalInFlight(ReplicationRules rules, long nowNs) {
        this.rules = rules;
        this.retryAtNs = nowNs;
    }

    boolean isThere() {
        return proposal != null;
    }

    /** Whether there is none, and the last one was not refused just now. */
    boolean mayPropose() {
        return proposal == null && !isBackingOff;
    }

    /** Whether this broker is in sync as soon as the proposal is recorded; false where there is none (N4, R12). */
    boolean adds(int brokerId) {
        LeaderEffect.ProposeIsr inFlight = proposal;
        return inFlight != null
                && rules.safeguards().has(Safeguard.R12_PROPOSED_MEMBERS_COUNT)
                && inFlight.isr().stream().anyMatch(member -> member.id() == brokerId);
    }

    /** Proposes {@code members}; {@code partitionEpoch} is that of the recorded state. */
    LeaderEffect.ProposeIsr propose(int partitionEpoch, List<BrokerIncarnation> members) {
        LeaderEffect.ProposeIsr proposed = new LeaderEffect.ProposeIsr(partitionEpoch, members);
        proposal = proposed;
        isUnanswered = true;
        isFirstTry = true;
        return proposed;
    }

    /** A newer state is recorded: this one was recorded, or will never be. */
    void onNewerState() {
        proposal = null;
        isUnanswered = false;
    }

    /**
     * The controller has answered {@code answered}, or could not be asked.
     *
     * @return whether it was the one in flight, and is not any more: it was not recorded, and will not be
     */
    boolean onVerdict(LeaderEffect.ProposeIsr answered, IsrVerdict.Kind verdict, long nowNs) {
        if (!answered.equals(proposal)) {
            return false;
        }
        isUnanswered = false;
        retryAtNs = nowNs + rules.proposalRetryNs();
        boolean wasNeverAsked = verdict == IsrVerdict.Kind.NOT_CONTROLLER && isFirstTry;
        if (verdict == IsrVerdict.Kind.INELIGIBLE_REPLICA
                || wasNeverAsked
                || !rules.safeguards().has(Safeguard.R20_UNANSWERED_PROPOSALS_COUNT)) {
            // The only answers after which it is certain that nothing was recorded and nothing will be.
            proposal = null;
            isBackingOff = true;
            return true;
        }
        return false;
    }

    /** The one in flight again, where it was answered and that is long enough ago; nothing else. */
    List<LeaderEffect> again(long nowNs) {
        LeaderEffect.ProposeIsr inFlight = proposal;
        if (inFlight == null || isUnanswered || isEarly(nowNs)) {
            return List.of();
        }
        isUnanswered = true;
        isFirstTry = false;
        return List.of(inFlight);
    }

    /** Where the last one was refused, and that is long enough ago, the next may be made. */
    void onTick(long nowNs) {
        if (!isEarly(nowNs)) {
            isBackingOff = false;
        }
    }

    private boolean isEarly(long nowNs) {
        return nowNs - retryAtNs < 0;
    }
}
