package io.millrace.coordinator;

import org.jspecify.annotations.Nullable;

/**
 * What a process knows of itself before it registers.
 *
 * @param expectedClusterId the cluster that its data directory belongs to, null where the directory is fresh
 * @param proposedClusterId id of the new cluster if this is the first broker ever
 * @param bootId the host's boot id, empty where it has none
 * @param cleanShutdownEpoch the brokerEpoch that the data directory's marker of a clean stop names, 0 where there is none
 * @param seen what an earlier process of this data directory knew of the tree
 */
public record BrokerIdentity(
        int brokerId,
        @Nullable String expectedClusterId,
        String proposedClusterId,
        String directoryId,
        String bootId,
        long cleanShutdownEpoch,
        TreeAge seen) {}
