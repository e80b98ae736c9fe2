package io.millrace.client;

import io.millrace.proto.v1.ErrorReason;
import io.millrace.proto.v1.LeaderHint;
import org.jspecify.annotations.Nullable;

/**
 * Where a group's coordinator was last. Its calls go there; where it is not known, to any broker, which forwards them. Safe
 * for threads.
 */
final class CoordinatorRoute {
    private volatile @Nullable String endpoint;

    /** Null where it is not known. */
    @Nullable
    String endpoint() {
        return endpoint;
    }

    void onKnown(String newEndpoint) {
        endpoint = newEndpoint;
    }

    /** @return whether it is worth while to go elsewhere at once */
    boolean onFailed(@Nullable String asked, MillraceException failure) {
        if (failure.reason() != ErrorReason.ERROR_REASON_NOT_GROUP_COORDINATOR) {
            if (RetryRules.isOfThisBroker(failure) && asked != null && asked.equals(endpoint)) {
                endpoint = null;
            }
            return false;
        }
        String hint = failure.leader().map(LeaderHint::getEndpoint).orElse("");
        boolean isNews = !hint.isEmpty() && !hint.equals(asked);
        endpoint = isNews ? hint : null;
        return isNews;
    }
}
