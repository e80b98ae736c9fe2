package io.millrace.lab.cluster;

import java.util.List;
import java.util.Set;

/**
 * One partition at one moment.
 *
 * @param leader -1 where there is none
 * @param partitionEpoch grows with every change of the state, elections included
 * @param replicas the first is the preferred leader
 */
public record PartitionStatus(
        int leader, int leaderEpoch, int partitionEpoch, List<Integer> replicas, Set<Integer> isr) {

    public PartitionStatus {
        replicas = List.copyOf(replicas);
        isr = Set.copyOf(isr);
    }

    boolean isFull() {
        return leader >= 0 && isr.size() == replicas.size();
    }

    boolean isLedByPreferred() {
        return replicas.get(0) == leader;
    }
}
