package io.millrace.coordinator.tree;

import java.util.List;

/**
 * {@code /brokers/<id>}: a broker that has registered at least once.
 *
 * @param brokerEpoch number of process starts, raised by compare-and-set at each
 * @param directoryIds ids of its data directories, by which an emptied disk is told from the old one
 * @param bootId the host's boot id at the last start, by which a power cut is told from a killed process
 * @param diskSince the first brokerEpoch since which nothing that was synced to disk can have been lost
 * @param memorySince the first brokerEpoch since which nothing that was written at all can have been lost: the host has
 *     not booted since, or the broker had been stopped cleanly
 */
public record BrokerNode(
        long brokerEpoch, List<String> directoryIds, String bootId, long diskSince, long memorySince) {}
