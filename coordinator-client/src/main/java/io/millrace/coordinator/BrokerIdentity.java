package io.millrace.coordinator;

import org.jspecify.annotations.Nullable;

/**
 * What a process knows of itself before it registers.
 *
 * @param expectedClusterId the cluster that its data directory belongs to, null where the directory is fresh
 * @param proposedClusterId id of the new cluster if this is the first broker ever
 * @param bootId the host's boot id
 */
public record BrokerIdentity(
        int brokerId,
        @Nullable String expectedClusterId,
        String proposedClusterId,
        String directoryId,
        String bootId) {}
