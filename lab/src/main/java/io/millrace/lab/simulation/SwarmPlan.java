package io.millrace.lab.simulation;

import io.millrace.lab.simulation.cluster.ClusterPlan;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What one run is like.
 *
 * @param faults that may occur, each as often as it is in here
 * @param faultEveryNs mean time between two of them
 * @param faultMaxNs longest time until one is made good
 * @param produceEveryNs mean time between two writes of one client
 * @param clients that write and read, each value once
 * @param producers that write with a producer id until they are answered
 * @param groups of consumers that read all topics
 * @param membersOfEach processes of each group
 * @param hasNamesakes whether each group has two processes with one instance id
 * @param deeds that an operator may do
 * @param deedEveryNs mean time between two of them
 */
public record SwarmPlan(
        long seed,
        ClusterPlan cluster,
        List<TopicPlan> topics,
        List<Fault> faults,
        long faultEveryNs,
        long faultMaxNs,
        long produceEveryNs,
        int clients,
        int producers,
        int groups,
        int membersOfEach,
        boolean hasNamesakes,
        List<Deed> deeds,
        long deedEveryNs) {

    private static final long OFTEN_NS = TimeUnit.MILLISECONDS.toNanos(150);

    public SwarmPlan {
        deeds = List.copyOf(deeds);
        topics = List.copyOf(topics);
        faults = List.copyOf(faults);
    }

    public SwarmPlan withoutFaults() {
        return with(List.of(), faultEveryNs);
    }

    /** With this fault alone, often. */
    SwarmPlan withOnly(Fault fault) {
        return with(List.of(fault), OFTEN_NS);
    }

    private SwarmPlan with(List<Fault> others, long everyNs) {
        return new SwarmPlan(
                seed,
                cluster,
                topics,
                others,
                everyNs,
                faultMaxNs,
                produceEveryNs,
                clients,
                producers,
                groups,
                membersOfEach,
                hasNamesakes,
                deeds,
                deedEveryNs);
    }
}
