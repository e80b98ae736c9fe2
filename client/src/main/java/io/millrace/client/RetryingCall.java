package io.millrace.client;

import io.millrace.client.CallSpec.LeaderOf;
import io.millrace.client.MillraceException.Kind;
import io.millrace.proto.v1.Certainty;
import io.millrace.proto.v1.GetMetadataRequest;
import io.millrace.proto.v1.GetMetadataResponse;
import io.millrace.proto.v1.MetadataServiceGrpc;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Carries out one call: picks a broker, sends, and on failure asks {@link RetryRules} whether to go on, elsewhere at
 * once or after a pause, until the time is over.
 *
 * <p>Concurrency: one attempt or pause at a time; each hands over to the next through a future or the timer, which
 * order the plain fields.
 */
final class RetryingCall<Q, R> {
    private static final long METADATA_TIMEOUT_MS = 12_000;

    /** Longer than a connection may take to be refused, so that a broker that is down is not taken for a slow one. */
    private static final long METADATA_ATTEMPT_TIMEOUT_MS = 4_000;

    /** An attempt with less time left would only replace the true reason by "no answer in time". */
    private static final long SHORTEST_ATTEMPT_MS = 10;

    private final Network network;
    private final CallSpec<Q, R> spec;
    private final CompletableFuture<R> result = new CompletableFuture<>();
    private final long startNs = System.nanoTime();
    private final Map<String, String> silent = new LinkedHashMap<>();
    private final Set<String> failedThisRound = new HashSet<>();
    private int pauses;

    private RetryingCall(Network network, CallSpec<Q, R> spec) {
        this.network = network;
        this.spec = spec;
    }

    /** Fails with a {@link MillraceException} only; cancelling the future stops further attempts. */
    static <Q, R> CompletableFuture<R> start(Network network, CallSpec<Q, R> spec) {
        RetryingCall<Q, R> call = new RetryingCall<>(network, spec);
        call.next();
        return call.result;
    }

    private void next() {
        LeaderOf target = spec.leaderOf();
        if (target == null) {
            sendToAny();
        } else if (usableLeader(target).isPresent()) {
            sendTo(target);
        } else {
            learn(target);
        }
    }

    private void learn(LeaderOf target) {
        whenDone(metadata(target.topic()), (metadata, failure) -> {
            if (failure == null) {
                network.routes().onMetadata(metadata);
                sendTo(target);
            } else {
                onFailure(null, beforeSending(unwrap(failure)));
            }
        });
    }

    private CompletableFuture<GetMetadataResponse> metadata(String topic) {
        GetMetadataRequest request =
                GetMetadataRequest.newBuilder().addTopics(topic).build();
        long timeoutMs = Math.min(METADATA_TIMEOUT_MS, Math.max(remainingMs(), SHORTEST_ATTEMPT_MS));
        return start(
                network,
                CallSpec.read(
                        MetadataServiceGrpc.getGetMetadataMethod(), request, timeoutMs, METADATA_ATTEMPT_TIMEOUT_MS));
    }

    /** Falls back to a broker that forwards: it may reach a leader that this client cannot. */
    private void sendTo(LeaderOf target) {
        usableLeader(target).ifPresentOrElse(endpoint -> send(endpoint, true), this::sendToAny);
    }

    private void sendToAny() {
        send(untried().orElseGet(() -> network.routes().candidates().iterator().next()), false);
    }

    private Optional<String> usableLeader(LeaderOf target) {
        return network.routes()
                .leader(target.topic(), target.partition())
                .filter(endpoint -> !failedThisRound.contains(endpoint));
    }

    private Optional<String> untried() {
        return network.routes().candidates().stream()
                .filter(endpoint -> !failedThisRound.contains(endpoint))
                .findFirst();
    }

    private void send(String endpoint, boolean leaderOnly) {
        long remainingMs = Math.max(remainingMs(), SHORTEST_ATTEMPT_MS);
        CompletableFuture<R> attempt = Attempt.send(
                network.channels().channel(endpoint),
                endpoint,
                spec.method(),
                spec.requests().make(leaderOnly, remainingMs),
                Math.min(remainingMs, spec.attemptTimeoutMs()));
        whenDone(attempt, (answer, failure) -> {
            if (failure == null) {
                network.routes().onAnswer(endpoint);
                result.complete(answer);
            } else {
                onFailure(endpoint, unwrap(failure));
            }
        });
    }

    private <T> void whenDone(CompletableFuture<T> future, BiConsumer<T, Throwable> step) {
        var unused = future.whenComplete((value, failure) -> guarded(() -> step.accept(value, failure)));
    }

    /** A fault of our own between two attempts has to end the call: nobody else would, and its caller waits. */
    private void guarded(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException e) {
            result.completeExceptionally(unwrap(e));
        }
    }

    private void onFailure(@Nullable String endpoint, MillraceException failure) {
        note(endpoint, failure);
        if (network.channels().isClosed()) {
            fail(closed(failure));
        } else if (result.isDone() || !RetryRules.mayRetry(failure, spec.isReadOnly(), elapsedMs())) {
            fail(failure);
        } else if (isWorthTryingAtOnce(endpoint, failure)) {
            next();
        } else if (RetryRules.isHopeless(failure, network.routes().hasAnswered())) {
            fail(failure);
        } else {
            pause(failure);
        }
    }

    private void note(@Nullable String endpoint, MillraceException failure) {
        if (endpoint == null) {
            return;
        }
        if (failure.kind() == Kind.REFUSED) {
            network.routes().onAnswer(endpoint);
        } else {
            silent.put(endpoint, String.valueOf(failure.getMessage()));
        }
        LeaderOf target = spec.leaderOf();
        if (target != null && RetryRules.spoilsRoute(failure)) {
            network.routes().onLeaderFailed(target.topic(), target.partition(), endpoint);
        }
    }

    private boolean isWorthTryingAtOnce(@Nullable String endpoint, MillraceException failure) {
        if (endpoint == null || remainingMs() < SHORTEST_ATTEMPT_MS) {
            return false;
        }
        LeaderOf target = spec.leaderOf();
        if (target != null && failure.leader().isPresent()) {
            return network.routes()
                    .onHint(target.topic(), target.partition(), failure.leader().get());
        }
        if (!RetryRules.isOfThisBroker(failure)) {
            return false;
        }
        failedThisRound.add(endpoint);
        return untried().isPresent();
    }

    private void pause(MillraceException failure) {
        pauses++;
        long pauseMs = RetryRules.backoffMs(pauses, ThreadLocalRandom.current().nextDouble());
        if (remainingMs() < pauseMs + SHORTEST_ATTEMPT_MS) {
            fail(failure);
            return;
        }
        failedThisRound.clear();
        try {
            var unused = network.timer().schedule(() -> guarded(this::next), pauseMs, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            fail(closed(failure));
        }
    }

    private void fail(MillraceException failure) {
        boolean isSilence = failure.kind() == Kind.UNREACHABLE || failure.kind() == Kind.TIMED_OUT;
        if (isSilence && !silent.isEmpty()) {
            String tried = "no broker answered: " + String.join("; ", silent.values());
            result.completeExceptionally(
                    MillraceException.withoutDetail(failure.kind(), failure.certainty(), tried, failure));
        } else {
            result.completeExceptionally(failure);
        }
    }

    private long elapsedMs() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNs);
    }

    private long remainingMs() {
        return spec.timeoutMs() - elapsedMs();
    }

    private static MillraceException closed(MillraceException last) {
        return MillraceException.withoutDetail(Kind.CANCELLED, last.certainty(), "the client was closed", last);
    }

    /** A lookup that failed: the call itself was not sent, whatever became of the lookup. */
    private static MillraceException beforeSending(MillraceException failure) {
        return new MillraceException(
                failure.kind(),
                failure.detail().toBuilder()
                        .setCertainty(Certainty.CERTAINTY_DEFINITE)
                        .build(),
                String.valueOf(failure.getMessage()),
                failure);
    }

    /** Attempts and calls fail with nothing else; a fault in our own callbacks must not pass for a broker's answer. */
    private static MillraceException unwrap(Throwable thrown) {
        if (thrown instanceof MillraceException failure) {
            return failure;
        }
        return MillraceException.withoutDetail(
                Kind.PROTOCOL, Certainty.CERTAINTY_INDETERMINATE, "the client failed: " + thrown, thrown);
    }
}
