package io.millrace.client;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Where a member looks for its coordinator next, and when. The one that it knows or was told of comes first, then every
 * address that may answer. A word of where to go is followed at once, a second one in a row only after a pause: two brokers
 * that each take the other for the coordinator must not have it run to and fro. Pure; belongs to {@link GroupMachine}.
 */
final class CoordinatorTries {
    private final Routes routes;
    private final DoubleSupplier random;
    private final Set<String> failedThisRound = new HashSet<>();
    private @Nullable String coordinator;
    private int redirects;
    private int failures;
    private boolean isPausing;
    private long notBeforeNs;

    CoordinatorTries(Routes routes, DoubleSupplier random) {
        this.routes = routes;
        this.random = random;
    }

    boolean mayTry(long nowNs) {
        return !isPausing || nowNs - notBeforeNs >= 0;
    }

    String next() {
        isPausing = false;
        if (coordinator != null) {
            return coordinator;
        }
        Optional<String> untried = untried();
        if (untried.isEmpty()) {
            failedThisRound.clear();
        }
        return untried.orElseGet(() -> routes.candidates().iterator().next());
    }

    private Optional<String> untried() {
        return routes.candidates().stream()
                .filter(endpoint -> !failedThisRound.contains(endpoint))
                .findFirst();
    }

    /** It has taken the member in. */
    void onWorking(String endpoint) {
        coordinator = endpoint;
        redirects = 0;
        failures = 0;
        failedThisRound.clear();
    }

    /** A coordinator that worked sends the member elsewhere. */
    void onMoved(@Nullable String endpoint) {
        coordinator = endpoint;
    }

    /**
     * A broker says that it is not the coordinator.
     *
     * @param hint who is, as far as it knows; null where it does not
     */
    void onRedirected(String endpoint, @Nullable String hint, long nowNs) {
        redirects++;
        coordinator = hint;
        if (hint == null) {
            failedThisRound.add(endpoint);
            pause(redirects, nowNs);
        } else if (redirects > 1) {
            pause(redirects - 1, nowNs);
        }
    }

    /** It could not be reached, or said nothing: another one at once, and a pause after all of them. */
    void onSilent(String endpoint, long nowNs) {
        coordinator = null;
        failedThisRound.add(endpoint);
        if (untried().isEmpty()) {
            onRefused(nowNs);
        }
    }

    /** It is the right one, and cannot at present. */
    void onRefused(long nowNs) {
        failures++;
        pause(failures, nowNs);
    }

    private void pause(int n, long nowNs) {
        isPausing = true;
        notBeforeNs = nowNs + TimeUnit.MILLISECONDS.toNanos(RetryRules.growingPauseMs(n, random.getAsDouble()));
    }
}
