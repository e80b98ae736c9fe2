package io.millrace.broker.core;

import java.util.List;
import java.util.TreeMap;

/** States of partitions for tests. */
public final class PartitionStates {

    private PartitionStates() {}

    /** Without an ELR; every member of the ISR in its first incarnation. */
    public static PartitionState of(
            int leader,
            long leaderBrokerEpoch,
            int leaderEpoch,
            int partitionEpoch,
            List<Integer> isr,
            List<Integer> replicas) {
        TreeMap<Integer, Long> epochs = new TreeMap<>();
        isr.forEach(id -> epochs.put(id, 1L));
        return new PartitionState(
                leader, leaderBrokerEpoch, leaderEpoch, partitionEpoch, isr, List.of(), List.of(), epochs, replicas);
    }
}
