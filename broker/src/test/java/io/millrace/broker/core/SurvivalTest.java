package io.millrace.broker.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class SurvivalTest {

    @Test
    void threeReplicasInSyncOnDisk() {
        assertThat(words(Durability.FSYNC, 3, 2, List.of(List.of(1, 2, 3), List.of(1, 2, 3))))
                .isEqualTo("Every record acknowledged with acks ALL is on the disks of at least 3 of 3 brokers."
                        + " It survives the loss of any 2 brokers for good (1 where only 2 are in sync)."
                        + " It survives a power cut of all brokers at once."
                        + " Writes with acks ALL go on when any 1 in-sync broker fails.");
    }

    @Test
    void theSmallestInSyncSetCounts() {
        assertThat(words(Durability.FSYNC, 3, 2, List.of(List.of(1, 2, 3), List.of(1, 2))))
                .isEqualTo("Every record acknowledged with acks ALL is on the disks of at least 2 of 3 brokers."
                        + " It survives the loss of any 1 broker for good."
                        + " It survives a power cut of all brokers at once."
                        + " Writes with acks ALL stop when one more in-sync broker fails.");
    }

    @Test
    void belowTheMinimumNothingIsAcknowledged() {
        assertThat(words(Durability.FSYNC, 3, 2, List.of(List.of(1))))
                .contains("on the disk of at least 1 of 3 brokers.")
                .contains("does not survive the loss of the one broker that is in sync.")
                .contains("Writes with acks ALL are refused while fewer than 2 replicas are in sync.");
    }

    @Test
    void memoryDoesNotOutliveAPowerCut() {
        assertThat(words(Durability.REPLICATED, 3, 2, List.of(List.of(1, 2, 3))))
                .contains("in the memory of at least 3 of 3 brokers.")
                .contains(
                        "survives all broker processes being killed, not a power cut of all in-sync brokers at once.");
    }

    @Test
    void aSingleReplicaIsCalledWhatItIs() {
        assertThat(words(Durability.FSYNC, 1, 1, List.of(List.of(1))))
                .contains("at least 1 of 1 broker.")
                .contains("does not survive the loss of the one broker that is in sync.");
    }

    @Test
    void partitionsWithoutALeaderAreMentioned() {
        TopicImage topic =
                topic(Durability.FSYNC, 3, 2, List.of(List.of(1, 2, 3), List.of(2)), PartitionState.NO_LEADER);

        assertThat(Survival.inWords(topic))
                .endsWith(" 2 partitions without a leader: neither read nor written until an in-sync replica is back.");
    }

    @Test
    void eligibleReplicasHoldEveryCommittedRecordToo() {
        TopicImage topic = topic(
                new PartitionState(1, 1, 4, 9, List.of(1), List.of(2), List.of(), epochs(1, 2), List.of(1, 2, 3)));

        assertThat(Survival.inWords(topic))
                .isEqualTo("Every record acknowledged with acks ALL is on the disks of at least 2 of 3 brokers."
                        + " It survives the loss of any 1 broker for good."
                        + " It survives a power cut of all brokers at once."
                        + " Writes with acks ALL are refused while fewer than 2 replicas are in sync.");
    }

    @Test
    void whereNobodyIsKnownToBeCompleteNothingIsPromised() {
        TopicImage topic = topic(
                new PartitionState(-1, -1, 4, 9, List.of(), List.of(), List.of(2), new TreeMap<>(), List.of(1, 2, 3)));

        assertThat(Survival.inWords(topic)).startsWith("1 partition without any replica that is known to be complete");
    }

    private static TopicImage topic(PartitionState state) {
        TreeMap<Integer, PartitionState> partitions = new TreeMap<>();
        partitions.put(0, state);
        return new TopicImage(
                "t", "id", 1, 3, new TopicConfig(Durability.FSYNC, 2, 1 << 28, 1 << 20), List.of(), partitions);
    }

    private static SortedMap<Integer, Long> epochs(int... ids) {
        TreeMap<Integer, Long> epochs = new TreeMap<>();
        for (int id : ids) {
            epochs.put(id, 1L);
        }
        return epochs;
    }

    @Test
    void withoutAnyStateNothingIsClaimed() {
        assertThat(words(Durability.FSYNC, 3, 2, List.of()))
                .isEqualTo("Nothing is known yet of the topic's in-sync replicas.");
    }

    private static String words(Durability durability, int replicas, int min, List<List<Integer>> isrs) {
        return Survival.inWords(topic(durability, replicas, min, isrs, 1));
    }

    private static TopicImage topic(
            Durability durability, int replicas, int min, List<List<Integer>> isrs, int leader) {
        SortedMap<Integer, PartitionState> partitions = new TreeMap<>();
        for (List<Integer> isr : isrs) {
            partitions.put(partitions.size(), PartitionStates.of(leader, 1, 0, 0, isr, isr));
        }
        return new TopicImage(
                "t",
                "id",
                Math.max(1, isrs.size()),
                replicas,
                new TopicConfig(durability, min, 1 << 28, 1 << 20),
                List.of(),
                partitions);
    }
}
