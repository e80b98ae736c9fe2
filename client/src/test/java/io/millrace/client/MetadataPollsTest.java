package io.millrace.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.proto.v1.GetMetadataResponse;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class MetadataPollsTest {
    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1);
    private final MetadataPolls polls = new MetadataPolls(timer);
    private final List<CompletableFuture<GetMetadataResponse>> asked = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() {
        timer.shutdownNow();
    }

    @Test
    void allWhoWaitShareOneQuestion() {
        CompletableFuture<GetMetadataResponse> one = polls.next("t", this::question);
        CompletableFuture<GetMetadataResponse> two = polls.next("t", this::question);
        assertThat(asked).hasSize(1);
        asked.get(0).complete(GetMetadataResponse.getDefaultInstance());
        assertThat(one).isCompleted();
        assertThat(two).isCompleted();
    }

    @Test
    void whoAsksAgainAtOnceGetsALaterAnswerAfterAPause() {
        CompletableFuture<GetMetadataResponse> one = polls.next("t", this::question);
        asked.get(0).complete(GetMetadataResponse.getDefaultInstance());
        long answeredNs = System.nanoTime();
        CompletableFuture<GetMetadataResponse> two = polls.next("t", this::question);
        assertThat(two).isNotSameAs(one).isNotCompleted();
        await().until(() -> asked.size() == 2);
        assertThat(System.nanoTime() - answeredNs).isGreaterThan(15_000_000);
    }

    @Test
    void topicsDoNotWaitForEachOther() {
        var unused = polls.next("t", this::question);
        CompletableFuture<GetMetadataResponse> other = polls.next("u", this::question);
        assertThat(other).isNotCompleted();
        assertThat(asked).hasSize(2);
    }

    @Test
    void aFailedQuestionIsToldToAllAndMayBeAskedAgain() {
        CompletableFuture<GetMetadataResponse> one = polls.next("t", this::question);
        asked.get(0).completeExceptionally(new IllegalStateException("told so by the test"));
        assertThat(one).isCompletedExceptionally();
        var unused = polls.next("t", this::question);
        await().until(() -> asked.size() == 2);
    }

    @Test
    void afterTheClientIsClosedNobodyWaitsForEver() {
        var unused = polls.next("t", this::question);
        asked.get(0).complete(GetMetadataResponse.getDefaultInstance());
        timer.shutdown();
        assertThat(polls.next("t", this::question))
                .failsWithin(java.time.Duration.ZERO)
                .withThrowableThat()
                .withCauseInstanceOf(RejectedExecutionException.class);
    }

    private CompletableFuture<GetMetadataResponse> question(String topic) {
        CompletableFuture<GetMetadataResponse> answer = new CompletableFuture<>();
        asked.add(answer);
        return answer;
    }
}
