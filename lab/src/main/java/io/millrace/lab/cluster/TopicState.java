package io.millrace.lab.cluster;

import io.millrace.proto.v1.GetMetadataResponse;
import io.millrace.proto.v1.Partition;
import io.millrace.proto.v1.Topic;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;

/**
 * A topic at one moment, as one broker knows it.
 *
 * @param controllerId -1 where that broker knows none
 * @param partitions by their numbers
 */
public record TopicState(int controllerId, List<PartitionStatus> partitions) {

    public TopicState {
        partitions = List.copyOf(partitions);
    }

    static TopicState of(GetMetadataResponse metadata, String topic) {
        List<PartitionStatus> partitions = metadata.getTopicsList().stream()
                .filter(found -> found.getName().equals(topic))
                .map(Topic::getPartitionsList)
                .flatMap(List::stream)
                .map(TopicState::status)
                .toList();
        return new TopicState(metadata.getControllerId(), partitions);
    }

    private static PartitionStatus status(Partition partition) {
        return new PartitionStatus(
                partition.getLeaderId(),
                partition.getLeaderEpoch(),
                partition.getPartitionEpoch(),
                partition.getReplicasList(),
                Set.copyOf(partition.getIsrList()));
    }

    /** The partitions that these brokers lead. */
    public Set<Integer> ledBy(Set<Integer> brokers) {
        Set<Integer> led = new TreeSet<>();
        for (int i = 0; i < partitions.size(); i++) {
            if (brokers.contains(partitions.get(i).leader())) {
                led.add(i);
            }
        }
        return led;
    }

    /** Whether every partition has a leader and all its replicas in sync. */
    public boolean isFull() {
        return !partitions.isEmpty() && partitions.stream().allMatch(PartitionStatus::isFull);
    }

    /** Whether each partition is led by its first replica. */
    public boolean isBalanced() {
        return partitions.stream().allMatch(PartitionStatus::isLedByPreferred);
    }

    /** Whether nothing has to be made good any more: neither will a replica come nor a leader go. */
    public boolean isCalm() {
        return isFull() && isBalanced();
    }

    /** Whether every partition has a leader that was elected after an earlier state. */
    public boolean isElectedAnewSince(TopicState earlier) {
        return partitions.size() == earlier.partitions.size()
                && IntStream.range(0, partitions.size())
                        .allMatch(i -> partitions.get(i).leader() >= 0
                                && partitions.get(i).leaderEpoch()
                                        > earlier.partitions.get(i).leaderEpoch());
    }

    /**
     * Whether every partition is full, and those that this broker has a replica of have changed since an earlier state: a
     * broker that has not heard yet that this one was away still says that they are full.
     */
    public boolean isFullAnewSince(TopicState earlier, int broker) {
        return isFull()
                && partitions.size() == earlier.partitions.size()
                && IntStream.range(0, partitions.size())
                        .filter(i -> partitions.get(i).replicas().contains(broker))
                        .allMatch(i -> partitions.get(i).partitionEpoch()
                                > earlier.partitions.get(i).partitionEpoch());
    }

    /** How many elections there were since an earlier state. */
    public int electionsSince(TopicState earlier) {
        return grown(earlier, PartitionStatus::leaderEpoch);
    }

    /** How often an in-sync set changed since an earlier state without an election. */
    public int isrChangesSince(TopicState earlier) {
        return grown(earlier, PartitionStatus::partitionEpoch) - electionsSince(earlier);
    }

    private int grown(TopicState earlier, ToIntFunction<PartitionStatus> epoch) {
        return partitions.stream().mapToInt(epoch).sum()
                - earlier.partitions.stream().mapToInt(epoch).sum();
    }
}
