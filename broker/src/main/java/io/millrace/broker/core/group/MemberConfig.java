package io.millrace.broker.core.group;

import org.jspecify.annotations.Nullable;

/**
 * What a member says of itself when it joins.
 *
 * @param instanceId that outlives its process, so that a restart moves nothing; null where it has none
 * @param clientId and {@code host}: for people
 * @param sessionTimeoutMs of silence after which it counts as gone
 * @param rebalanceTimeoutMs within which it has to let go of what others are to have
 */
public record MemberConfig(
        @Nullable String instanceId,
        Subscription subscription,
        AssignorName assignor,
        @Nullable String rack,
        String clientId,
        String host,
        long sessionTimeoutMs,
        long rebalanceTimeoutMs) {}
