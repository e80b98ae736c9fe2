package io.millrace.client;

import io.millrace.proto.v1.GetMetadataResponse;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Asks for the metadata of a topic on behalf of all calls that wait for news of it: one question at a time and a short
 * pause between two, so that a thousand writers that have lost one leader ask no more often than one. Safe for threads.
 */
final class MetadataPolls {
    /** A new leader is known to all brokers some tens of milliseconds after its election; half of it is random. */
    private static final long MAX_PAUSE_MS = 40;

    private static final class Poll {
        @Nullable
        CompletableFuture<GetMetadataResponse> underWay;

        long notBeforeNs = System.nanoTime();
    }

    private final ScheduledExecutorService timer;
    private final Map<String, Poll> byTopic = new HashMap<>();

    MetadataPolls(ScheduledExecutorService timer) {
        this.timer = timer;
    }

    /**
     * The answer that comes next, of a question that may have been asked a moment before this call. Fails as
     * {@code question} does, or with RejectedExecutionException where the client is closed.
     */
    CompletableFuture<GetMetadataResponse> next(
            String topic, Function<String, CompletableFuture<GetMetadataResponse>> question) {
        CompletableFuture<GetMetadataResponse> answer = new CompletableFuture<>();
        long pauseNs;
        synchronized (this) {
            Poll poll = byTopic.computeIfAbsent(topic, unasked -> new Poll());
            if (poll.underWay != null) {
                return poll.underWay;
            }
            poll.underWay = answer;
            pauseNs = poll.notBeforeNs - System.nanoTime();
        }
        if (pauseNs <= 0) {
            ask(topic, question, answer);
        } else {
            askLater(topic, question, answer, pauseNs);
        }
        return answer;
    }

    private void askLater(
            String topic,
            Function<String, CompletableFuture<GetMetadataResponse>> question,
            CompletableFuture<GetMetadataResponse> answer,
            long pauseNs) {
        try {
            var unused = timer.schedule(() -> ask(topic, question, answer), pauseNs, TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException closed) {
            end(topic);
            answer.completeExceptionally(closed);
        }
    }

    private void ask(
            String topic,
            Function<String, CompletableFuture<GetMetadataResponse>> question,
            CompletableFuture<GetMetadataResponse> answer) {
        var unused = question.apply(topic).whenComplete((metadata, failure) -> {
            // Before anybody goes on: who asks again at once must not get this answer again.
            end(topic);
            if (failure == null) {
                answer.complete(metadata);
            } else {
                answer.completeExceptionally(failure);
            }
        });
    }

    private synchronized void end(String topic) {
        Poll poll = byTopic.computeIfAbsent(topic, unasked -> new Poll());
        poll.underWay = null;
        long pauseMs = ThreadLocalRandom.current().nextLong(MAX_PAUSE_MS / 2, MAX_PAUSE_MS + 1);
        poll.notBeforeNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(pauseMs);
    }
}
