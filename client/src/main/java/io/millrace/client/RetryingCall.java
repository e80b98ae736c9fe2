package io.millrace.client;

import io.millrace.client.CallSpec.LeaderOf;
import io.millrace.client.MillraceException.Kind;
import io.millrace.client.Routes.Leader;
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
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Carries out one call: picks a broker, sends, and on failure asks {@link RetryRules} whether to go on, elsewhere at
 * once or after a pause, until the time is over.
 *
 * <p>A call for a leader that has failed asks other brokers, again and again with short pauses, until they name a new
 * one; meanwhile it tries the old one less and less often ({@link LeaderTries}).
 *
 * <p>Concurrency: one attempt, question or pause at a time; each hands over to the next through a future or the timer,
 * which order the plain fields.
 */
final class RetryingCall<Q, R> {
    private static final long METADATA_TIMEOUT_MS = 12_000;

    /** A broker that is slower hangs, and the next one is asked. */
    private static final long METADATA_ATTEMPT_TIMEOUT_MS = 1_000;

    /** Longer than a connection may take to be refused: where nobody is known to live, that is the better answer. */
    private static final long FIRST_METADATA_ATTEMPT_TIMEOUT_MS = 4_000;

    /** An attempt with less time left would only replace the true reason by "no answer in time". */
    private static final long SHORTEST_ATTEMPT_MS = 50;

    private final Network network;
    private final CallSpec<Q, R> spec;
    private final CompletableFuture<R> result = new CompletableFuture<>();
    private final long startNs = System.nanoTime();
    private final Map<String, String> silent = new LinkedHashMap<>();
    private final Set<String> failedThisRound = new HashSet<>();
    private final LeaderTries leaderTries = new LeaderTries();
    private int pauses;
    private boolean hasAskedForNews;
    private boolean mayHaveHappened;
    private boolean hasFollowedHint;
    private @Nullable MillraceException lastFailure;

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

    /** Asks one broker after the other until one answers, and notes what it says. */
    static CompletableFuture<GetMetadataResponse> metadata(Network network, String topic) {
        GetMetadataRequest request =
                GetMetadataRequest.newBuilder().addTopics(topic).build();
        long attemptTimeoutMs =
                network.routes().hasAnswered() ? METADATA_ATTEMPT_TIMEOUT_MS : FIRST_METADATA_ATTEMPT_TIMEOUT_MS;
        CallSpec<GetMetadataRequest, GetMetadataResponse> question = CallSpec.read(
                MetadataServiceGrpc.getGetMetadataMethod(), request, METADATA_TIMEOUT_MS, attemptTimeoutMs);
        return start(network, question).whenComplete((metadata, failure) -> {
            if (metadata != null) {
                network.routes().onMetadata(metadata);
            }
        });
    }

    private void next() {
        LeaderOf target = spec.leaderOf();
        if (target == null) {
            send(coordinator().or(this::untried).orElseGet(this::anybody), false);
            return;
        }
        Optional<Leader> leader = leader(target);
        if (leader.isPresent() && isWorthTrying(leader.get())) {
            sendTo(leader.get());
        } else {
            askForNews(target);
        }
    }

    private boolean isWorthTrying(Leader leader) {
        // Of a broker that is silent others may have news already, and asking them costs less than another silence.
        return leaderTries.mayTry(leader, elapsedMs())
                && (hasAskedForNews || !network.routes().isSilent(leader.endpoint()));
    }

    private void askForNews(LeaderOf target) {
        if (remainingMs() < SHORTEST_ATTEMPT_MS) {
            expire();
            return;
        }
        hasAskedForNews = true;
        CompletableFuture<GetMetadataResponse> news = network.news(target.topic());
        whenDone(news.copy().orTimeout(remainingMs(), TimeUnit.MILLISECONDS), (metadata, thrown) -> {
            if (thrown == null) {
                onNews(target);
            } else if (cause(thrown) instanceof TimeoutException) {
                expire();
            } else {
                onFailure(null, null, beforeSending(unwrap(thrown)));
            }
        });
    }

    private void onNews(LeaderOf target) {
        Optional<Leader> leader = leader(target);
        if (result.isDone()) {
            return;
        }
        if (leader.isPresent() && isWorthTrying(leader.get())) {
            sendTo(leader.get());
        } else if (leader.isEmpty() && lastFailure == null) {
            // Nobody leads. A broker says so with a reason, or knows better by now.
            send(anybody(), false);
        } else {
            askForNews(target);
        }
    }

    private void sendTo(Leader leader) {
        Optional<String> another = leaderTries.isBetterForwarded(leader) ? anotherThan(leader) : Optional.empty();
        send(leader, another.orElse(leader.endpoint()), another.isEmpty());
    }

    private Optional<Leader> leader(LeaderOf target) {
        return network.routes().leader(target.topic(), target.partition());
    }

    private Optional<String> anotherThan(Leader leader) {
        return network.routes().candidates().stream()
                .filter(endpoint -> !endpoint.equals(leader.endpoint()))
                .findFirst();
    }

    private Optional<String> coordinator() {
        CoordinatorRoute route = spec.coordinator();
        return route == null
                ? Optional.empty()
                : Optional.ofNullable(route.endpoint()).filter(known -> !failedThisRound.contains(known));
    }

    private String anybody() {
        return network.routes().candidates().iterator().next();
    }

    private Optional<String> untried() {
        return network.routes().candidates().stream()
                .filter(endpoint -> !failedThisRound.contains(endpoint))
                .findFirst();
    }

    private void send(String endpoint, boolean leaderOnly) {
        send(null, endpoint, leaderOnly);
    }

    private void send(@Nullable Leader leader, String endpoint, boolean leaderOnly) {
        long attemptMs = Math.min(Math.max(remainingMs(), SHORTEST_ATTEMPT_MS), spec.attemptTimeoutMs());
        CompletableFuture<R> attempt = Attempt.send(
                network.channels().channel(endpoint),
                endpoint,
                spec.method(),
                spec.requests().make(leaderOnly, attemptMs),
                attemptMs);
        whenDone(attempt, (answer, failure) -> {
            if (failure == null) {
                network.routes().onAnswer(endpoint);
                result.complete(answer);
            } else {
                onFailure(leader, endpoint, unwrap(failure));
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

    /**
     * @param leader that the attempt was for, by whichever way; null where it was for none
     * @param endpoint that failed; null where nothing was sent
     */
    private void onFailure(@Nullable Leader leader, @Nullable String endpoint, MillraceException failure) {
        note(leader, endpoint, failure);
        if (network.channels().isClosed()) {
            fail(closed(failure));
        } else if (result.isDone() || !mayRetry(failure)) {
            fail(failure);
        } else if (isWorthTryingAtOnce(leader, endpoint, failure)) {
            next();
        } else if (RetryRules.isHopeless(failure, network.routes().hasAnswered())) {
            fail(failure);
        } else {
            pause(failure);
        }
    }

    private boolean mayRetry(MillraceException failure) {
        return RetryRules.mayRetry(failure, spec.isRepeatable(), elapsedMs()) || isOfADeposedLeader(failure);
    }

    private static boolean spoilsRoute(@Nullable Leader leader, MillraceException failure) {
        return RetryRules.spoilsRoute(failure, leader == null ? -1 : leader.leaderEpoch());
    }

    private boolean isOfADeposedLeader(MillraceException failure) {
        LeaderOf target = spec.leaderOf();
        return target != null
                && RetryRules.isOfADeposedLeader(
                        failure, network.routes().leaderEpoch(target.topic(), target.partition()));
    }

    private void note(@Nullable Leader leader, @Nullable String endpoint, MillraceException failure) {
        lastFailure = failure;
        mayHaveHappened |= !failure.isDefinite();
        if (endpoint == null) {
            return;
        }
        if (failure.kind() == Kind.REFUSED) {
            network.routes().onAnswer(endpoint);
        } else {
            String words = String.valueOf(failure.getMessage());
            network.routes().onSilence(endpoint, words);
            silent.put(endpoint, words);
        }
        LeaderOf target = spec.leaderOf();
        if (target != null && (spoilsRoute(leader, failure) || isOfADeposedLeader(failure))) {
            network.routes().onLeaderFailed(target.topic(), target.partition(), endpoint);
        }
        if (leader != null) {
            leaderTries.onFailed(
                    leader, failure, elapsedMs(), ThreadLocalRandom.current().nextDouble());
        }
    }

    private boolean isWorthTryingAtOnce(@Nullable Leader leader, @Nullable String endpoint, MillraceException failure) {
        if (endpoint == null || remainingMs() < SHORTEST_ATTEMPT_MS) {
            return false;
        }
        LeaderOf target = spec.leaderOf();
        if (target != null) {
            boolean isNews = failure.leader().isPresent()
                    && network.routes()
                            .onHint(
                                    target.topic(),
                                    target.partition(),
                                    failure.leader().get());
            // What is next is not the same again: others are asked first, and that has a pause of its own.
            return isNews || (leader != null && spoilsRoute(leader, failure));
        }
        CoordinatorRoute route = spec.coordinator();
        if (route != null && route.onFailed(endpoint, failure) && !hasFollowedHint) {
            hasFollowedHint = true;
            return true;
        }
        if (!RetryRules.isOfThisBroker(failure)) {
            return false;
        }
        failedThisRound.add(endpoint);
        return untried().isPresent();
    }

    private void pause(MillraceException failure) {
        pauses++;
        long pauseMs =
                RetryRules.pauseMs(failure, pauses, ThreadLocalRandom.current().nextDouble());
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

    /** The time is over while news of a leader is awaited: the last failure has the true reason. */
    private void expire() {
        MillraceException last = lastFailure;
        fail(
                last == null
                        ? MillraceException.withoutDetail(
                                Kind.TIMED_OUT,
                                Certainty.CERTAINTY_DEFINITE,
                                "no broker said in time who leads the partition",
                                null)
                        : last);
    }

    private void fail(MillraceException failure) {
        boolean isSilence = failure.kind() == Kind.UNREACHABLE || failure.kind() == Kind.TIMED_OUT;
        result.completeExceptionally(isSilence && !silent.isEmpty() ? unanswered(failure) : failure.as(certainty()));
    }

    /** Names all that do not answer, whichever call has asked them: the one that was asked last may be the least of it. */
    private MillraceException unanswered(MillraceException failure) {
        Map<String, String> words = network.routes().silences();
        words.putAll(silent);
        boolean isNobodyLeft = words.keySet().containsAll(network.routes().candidates());
        String tried = (isNobodyLeft ? "no broker answered: " : "") + String.join("; ", words.values());
        return MillraceException.withoutDetail(failure.kind(), certainty(), tried, failure);
    }

    /** Of the whole call: what one attempt did not do an earlier one may have done. */
    private Certainty certainty() {
        return mayHaveHappened ? Certainty.CERTAINTY_INDETERMINATE : Certainty.CERTAINTY_DEFINITE;
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
    static MillraceException beforeSending(MillraceException failure) {
        return failure.as(Certainty.CERTAINTY_DEFINITE);
    }

    private static Throwable cause(Throwable thrown) {
        Throwable cause = thrown.getCause();
        return thrown instanceof CompletionException && cause != null ? cause : thrown;
    }

    /** Attempts and calls fail with nothing else; a fault in our own callbacks must not pass for a broker's answer. */
    static MillraceException unwrap(Throwable thrown) {
        Throwable cause = cause(thrown);
        if (cause instanceof MillraceException failure) {
            return failure;
        }
        Kind kind = cause instanceof RejectedExecutionException ? Kind.CANCELLED : Kind.PROTOCOL;
        return MillraceException.withoutDetail(
                kind, Certainty.CERTAINTY_INDETERMINATE, "the client failed: " + cause, cause);
    }
}
