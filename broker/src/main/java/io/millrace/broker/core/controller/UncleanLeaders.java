package io.millrace.broker.core.controller;

import io.millrace.broker.core.PartitionState;
import java.util.Collections;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What came of an unclean election.
 *
 * @param elected the new states of the partitions that have a leader now, by partition; at least one
 * @param withoutLiveReplica partitions that needed one and got none
 */
public record UncleanLeaders(SortedMap<Integer, PartitionState> elected, SortedSet<Integer> withoutLiveReplica) {
    public UncleanLeaders {
        elected = Collections.unmodifiableSortedMap(new TreeMap<>(elected));
        withoutLiveReplica = Collections.unmodifiableSortedSet(new TreeSet<>(withoutLiveReplica));
    }
}
