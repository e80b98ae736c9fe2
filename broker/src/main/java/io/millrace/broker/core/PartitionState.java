package io.millrace.broker.core;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the controller has recorded of one partition. Only the controller makes new ones.
 *
 * @param leader broker id, {@link #NO_LEADER} where there is none
 * @param leaderBrokerEpoch incarnation that leads: another one of the same broker does not (N8)
 * @param leaderEpoch raised at every election, the same broker's included; fences writes
 * @param partitionEpoch raised at every change of this record; the compare-and-set token of proposals
 * @param isr in-sync replicas, ascending; empty only where nobody can lead and {@code lastKnownElr} says who last could
 * @param elr eligible leader replicas, ascending: they left the ISR while it was too small for the high watermark to
 *     advance, so they miss nothing committed (KIP-966)
 * @param lastKnownElr ascending; who was the last to leave ISR and ELR, because it may have lost what it acknowledged: for
 *     an operator to decide, never elected by itself
 * @param memberEpochs brokerEpoch of each member of ISR and ELR in which it was known to miss nothing: a later incarnation
 *     has to prove that it still does not (N13)
 * @param replicas assignment, the preferred leader first
 */
public record PartitionState(
        int leader,
        long leaderBrokerEpoch,
        int leaderEpoch,
        int partitionEpoch,
        List<Integer> isr,
        List<Integer> elr,
        List<Integer> lastKnownElr,
        SortedMap<Integer, Long> memberEpochs,
        List<Integer> replicas) {

    public static final int NO_LEADER = -1;

    public PartitionState {
        isr = List.copyOf(isr);
        elr = List.copyOf(elr);
        lastKnownElr = List.copyOf(lastKnownElr);
        memberEpochs = Collections.unmodifiableSortedMap(new TreeMap<>(memberEpochs));
        replicas = List.copyOf(replicas);
    }

    public boolean isLedBy(BrokerIncarnation broker) {
        return leader == broker.id() && leaderBrokerEpoch == broker.epoch();
    }

    /** ISR and ELR together, ascending: everybody of whom it is known that nothing committed is missing. */
    public List<Integer> members() {
        List<Integer> members = new ArrayList<>(isr);
        members.addAll(elr);
        Collections.sort(members);
        return members;
    }
}
