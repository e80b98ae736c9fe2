package io.millrace.broker.core;

import java.util.List;

/**
 * What the controller has recorded of one partition. Only the controller makes new ones.
 *
 * @param leader broker id, {@link #NO_LEADER} where there is none
 * @param leaderBrokerEpoch incarnation that leads: another one of the same broker does not (N8)
 * @param leaderEpoch raised at every election, the same broker's included; fences writes
 * @param partitionEpoch raised at every change of this record; the compare-and-set token of proposals
 * @param isr in-sync replicas, ascending
 * @param replicas assignment, the preferred leader first
 */
public record PartitionState(
        int leader,
        long leaderBrokerEpoch,
        int leaderEpoch,
        int partitionEpoch,
        List<Integer> isr,
        List<Integer> replicas) {

    public static final int NO_LEADER = -1;

    public PartitionState {
        isr = List.copyOf(isr);
        replicas = List.copyOf(replicas);
    }

    public boolean isLedBy(BrokerIncarnation broker) {
        return leader == broker.id() && leaderBrokerEpoch == broker.epoch();
    }
}
