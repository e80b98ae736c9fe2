package io.millrace.broker.group;

import io.millrace.broker.core.ClusterImage;
import io.millrace.broker.core.Refusal;
import io.millrace.broker.core.Safeguards;
import io.millrace.broker.runtime.Clock;
import io.millrace.broker.runtime.EventLoop;
import io.millrace.coordinator.tree.GroupNode.Claimant;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What all groups of a broker share.
 *
 * @param loop on which everything of them runs
 * @param claimant this broker's process
 * @param refusal says of a group who coordinates it
 */
record GroupsContext(
        EventLoop loop,
        Clock clock,
        Supplier<ClusterImage> image,
        GroupWrites writes,
        Claimant claimant,
        Function<String, Refusal> refusal,
        Safeguards safeguards) {
    long nowMs() {
        return TimeUnit.NANOSECONDS.toMillis(clock.nanoTime());
    }

    Refusal notCoordinator(String group) {
        return refusal.apply(group);
    }
}
