package io.millrace.client;

import io.millrace.client.MillraceException.Kind;
import org.jspecify.annotations.Nullable;

/**
 * How one call gets on with the leader that it knows of. A leader that failed is not tried again at once, and the less
 * often the longer it fails; one that is new, another broker or a newer epoch, is. Pure; belongs to one call, or to one
 * partition of a producer or consumer.
 */
final class LeaderTries {
    private Routes.@Nullable Leader failed;
    private int failures;
    private long notBeforeMs;
    private boolean couldNotConnect;

    /** @param nowMs since the call began */
    void onFailed(Routes.Leader leader, MillraceException failure, long nowMs, double random) {
        failures = leader.equals(failed) ? failures + 1 : 1;
        failed = leader;
        couldNotConnect = failure.kind() == Kind.UNREACHABLE && failure.isDefinite();
        notBeforeMs = nowMs + RetryRules.pauseMs(failure, leader.leaderEpoch(), failures, random);
    }

    /** What it failed at before says nothing any more. */
    void onSucceeded() {
        failed = null;
    }

    boolean mayTry(Routes.Leader leader, long nowMs) {
        return !leader.equals(failed) || nowMs >= notBeforeMs;
    }

    /** Whether the next try should go by way of another broker: it may reach a leader that this client cannot. */
    boolean isBetterForwarded(Routes.Leader leader) {
        return leader.equals(failed) && couldNotConnect;
    }
}
