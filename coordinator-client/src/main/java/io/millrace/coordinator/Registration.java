package io.millrace.coordinator;

/**
 * Who this process is.
 *
 * @param brokerEpoch number of this process start, from 1; higher than that of every earlier process of this brokerId
 */
public record Registration(int brokerId, long brokerEpoch, String clusterId) {}
