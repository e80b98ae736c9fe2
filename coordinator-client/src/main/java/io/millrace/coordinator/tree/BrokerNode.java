package io.millrace.coordinator.tree;

import java.util.List;

/**
 * {@code /brokers/<id>}: a broker that has registered at least once.
 *
 * @param brokerEpoch number of process starts, raised by compare-and-set at each
 * @param directoryIds ids of its data directories, by which an emptied disk is told from the old one
 * @param bootId the host's boot id at the last start, by which a power cut is told from a killed process
 */
public record BrokerNode(long brokerEpoch, List<String> directoryIds, String bootId) {}
