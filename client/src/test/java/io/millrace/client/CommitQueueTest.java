package io.millrace.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.client.MillraceException.Kind;
import io.millrace.proto.v1.Certainty;
import io.millrace.proto.v1.ErrorDetail;
import io.millrace.proto.v1.ErrorReason;
import io.millrace.proto.v1.OffsetCommit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

final class CommitQueueTest {
    private static final OwnedPartition P0 = partition(0);
    private static final OwnedPartition P1 = partition(1);

    private final CommitQueue queue = new CommitQueue();

    @Test
    void oneIsOnItsWayAtATimeAndOfThoseThatWaitTheNewestOfEachPartitionGoesNext() {
        var first = add(P0, 1);
        assertThat(next()).containsExactly("0@1");
        var second = add(P0, 2);
        var third = add(P0, 3);
        var other = add(P1, 7);
        assertThat(next()).isEmpty();
        queue.onCommitted();
        assertThat(first).isCompleted();
        assertThat(second).isNotDone();
        assertThat(next()).containsExactly("0@3", "1@7");
        queue.onCommitted();
        assertThat(second).isCompleted();
        assertThat(third).isCompleted();
        assertThat(other).isCompleted();
        assertThat(next()).isEmpty();
    }

    @Test
    void aCommitIsDoneWhenTheLastOfItsPartitionsIsAndFailsWithTheFirstThatFails() {
        Map<OwnedPartition, CommitPosition> many = new LinkedHashMap<>();
        for (int i = 0; i < 1_500; i++) {
            many.put(partition(i), CommitPosition.of(1));
        }
        CompletableFuture<Void> all = new CompletableFuture<>();
        queue.add(many, all);
        assertThat(next()).hasSize(1_000);
        queue.onCommitted();
        assertThat(all).isNotDone();
        assertThat(next()).hasSize(500);
        queue.onCommitted();
        assertThat(all).isCompleted();
    }

    @Test
    void oneCommitThatIsRefusedIsRefusedAsAWhole() {
        CompletableFuture<Void> future = new CompletableFuture<>();
        queue.add(Map.of(P0, CommitPosition.of(1), P1, CommitPosition.of(2)), future);
        next();
        queue.onFailed(refused());
        assertThat(future).isCompletedExceptionally();
        assertThat(next()).isEmpty();
    }

    @Test
    void severalThatAreRefusedTogetherAreSentOneByOneBeforeWhatCameLater() {
        var good = add(P0, 1);
        var bad = add(P1, 2);
        assertThat(next()).containsExactly("0@1", "1@2");
        var later = add(P1, 3);
        queue.onFailed(refused());
        assertThat(next()).containsExactly("0@1");
        queue.onCommitted();
        assertThat(good).isCompleted();
        assertThat(next()).containsExactly("1@2");
        queue.onFailed(refused());
        assertThat(bad).isCompletedExceptionally();
        assertThat(next()).containsExactly("1@3");
        queue.onCommitted();
        assertThat(later).isCompleted();
    }

    @Test
    void severalOfWhichNobodyKnowsWhatBecameOfThemAllFail() {
        var one = add(P0, 1);
        var two = add(P1, 2);
        next();
        queue.onFailed(MillraceException.withoutDetail(
                Kind.TIMED_OUT, Certainty.CERTAINTY_INDETERMINATE, "told so by the test", null));
        assertThat(one).isCompletedExceptionally();
        assertThat(two).isCompletedExceptionally();
        assertThat(next()).isEmpty();
    }

    @Test
    void whatWasRefusedByOneWhoDidNotKnowBetterIsSentAgainBeforeAllElse() {
        var first = add(P0, 1);
        next();
        addUnwatched(P0, 2);
        queue.sendAgain();
        assertThat(next()).containsExactly("0@1");
        assertThat(next()).isEmpty();
        queue.onCommitted();
        assertThat(first).isCompleted();
        assertThat(next()).containsExactly("0@2");
    }

    @Test
    void whatIsLetGoOfIsNotSentAnyMore() {
        addUnwatched(P0, 1);
        next();
        var waiting = add(P0, 2);
        var other = add(P1, 3);
        queue.drop(List.of(P0), refused());
        assertThat(waiting).isCompletedExceptionally();
        queue.onCommitted();
        assertThat(next()).containsExactly("1@3");
        queue.onCommitted();
        assertThat(other).isCompleted();
    }

    @Test
    void whatWaitsToBeSentAgainIsNotIfItIsLetGoOfMeanwhile() {
        var first = add(P0, 1);
        next();
        queue.sendAgain();
        queue.drop(List.of(P0), refused());
        assertThat(first).isCompletedExceptionally();
        assertThat(next()).isEmpty();
        addUnwatched(P1, 2);
        assertThat(next()).containsExactly("1@2");
    }

    @Test
    void goingBackIsSaidSoThatItIsNotTakenForAnOldCommit() {
        queue.begin(P0, 10);
        addUnwatched(P0, 4);
        assertThat(next()).containsExactly("0@4 rewind");
        queue.onCommitted();
        addUnwatched(P0, 6);
        assertThat(next()).containsExactly("0@6");
        queue.onFailed(MillraceException.withoutDetail(
                Kind.TIMED_OUT, Certainty.CERTAINTY_INDETERMINATE, "told so by the test", null));
        addUnwatched(P0, 5);
        assertThat(next()).as("the 6 may be stored").containsExactly("0@5 rewind");
    }

    @Test
    void aFlushIsDoneWhenNothingWaitsAnyMoreWhateverCameOfIt() {
        CompletableFuture<Void> nothing = new CompletableFuture<>();
        queue.flush(nothing);
        assertThat(nothing).isCompleted();
        addUnwatched(P0, 1);
        next();
        addUnwatched(P0, 2);
        CompletableFuture<Void> flushed = new CompletableFuture<>();
        queue.flush(flushed);
        queue.onCommitted();
        assertThat(flushed).isNotDone();
        next();
        queue.onFailed(refused());
        assertThat(flushed).isCompleted();
    }

    private CompletableFuture<Void> add(OwnedPartition partition, long offset) {
        CompletableFuture<Void> future = new CompletableFuture<>();
        queue.add(Map.of(partition, CommitPosition.of(offset)), future);
        return future;
    }

    private void addUnwatched(OwnedPartition partition, long offset) {
        queue.add(Map.of(partition, CommitPosition.of(offset)), new CompletableFuture<>());
    }

    private List<String> next() {
        return queue.next().stream().map(CommitQueueTest::words).toList();
    }

    private static String words(OffsetCommit one) {
        return one.getPartition() + "@" + one.getOffset() + (one.getRewind() ? " rewind" : "");
    }

    private static OwnedPartition partition(int partition) {
        return new OwnedPartition(new TopicPartition("orders", partition), "t1");
    }

    private static MillraceException refused() {
        ErrorDetail detail = ErrorDetail.newBuilder()
                .setReason(ErrorReason.ERROR_REASON_OFFSET_OUT_OF_RANGE)
                .setCertainty(Certainty.CERTAINTY_DEFINITE)
                .build();
        return new MillraceException(Kind.REFUSED, detail, "told so by the test", null);
    }
}
