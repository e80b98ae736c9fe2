package io.millrace.client;

import static io.millrace.client.StreamCluster.TOPIC;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.Status;
import io.millrace.proto.v1.CommittedOffset;
import io.millrace.proto.v1.ErrorReason;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is committed, when, and what becomes of it where an answer is lost. */
@Timeout(60)
final class ConsumerCommitTest extends ConsumerScene {
    @Test
    void pollsCommitWhatEarlierOnesHandedOutAndNoMore() {
        fill(0, 0, 10);
        Member a = new Member("a", FROM_START.withAutoCommitIntervalMs(1));
        pollUntil(() -> a.read.size() == 10, a);
        assertThat(group.commits)
                .noneMatch(commit -> commit.getOffsetsList().stream()
                        .anyMatch(one -> one.getPartition() == 0 && one.getOffset() > 0));
        pollUntil(() -> offset(0) == 10, a);
    }

    @Test
    void withoutAutomaticCommitsOnlyTheApplicationCommits() {
        fill(0, 0, 10);
        Member a = new Member("a", MANUAL);
        pollUntil(() -> a.read.size() == 10, a);
        a.poll();
        assertThat(group.commits).isEmpty();
        a.consumer.commit();
        assertThat(offset(0)).isEqualTo(10);
        CommittedOffset stored = group.committed(0);
        assertThat(stored == null ? -1 : stored.getLeaderEpoch()).isEqualTo(1);
        assertThat(a.consumer.committed(Set.of(FIRST))).containsEntry(FIRST, new CommitPosition(10, 1, ""));
    }

    @Test
    void singleRecordsAndPositionsWithWordsCanBeCommitted() {
        fill(0, 0, 10);
        Member a = new Member("a", MANUAL);
        List<ConsumerRecord> records = new ArrayList<>();
        await().until(() -> {
            a.consumer.poll(SHORT).forEach(records::add);
            return records.size() == 10;
        });
        a.consumer.commit(records.get(3));
        assertThat(a.consumer.committed(Set.of(FIRST))).containsEntry(FIRST, new CommitPosition(4, 1, ""));
        a.consumer.commit(Map.of(FIRST, CommitPosition.of(2).withMetadata("as far as batch 7")));
        assertThat(a.consumer.committed(Set.of(FIRST)))
                .containsEntry(FIRST, new CommitPosition(2, -1, "as far as batch 7"));
    }

    @Test
    void aCommitThatIsRefusedThrowsWhyAndChangesNothing() {
        fill(0, 0, 10);
        Member a = new Member("a", MANUAL);
        pollUntil(() -> a.assigned().size() == 2, a);
        assertRefused(
                ErrorReason.ERROR_REASON_OFFSET_OUT_OF_RANGE,
                () -> a.consumer.commit(Map.of(FIRST, CommitPosition.of(11))));
        assertRefused(
                ErrorReason.ERROR_REASON_NOT_PARTITION_OWNER,
                () -> a.consumer.commit(Map.of(new TopicPartition(TOPIC, 5), CommitPosition.of(1))));
        assertThat(group.committed(0)).isNull();
    }

    @Test
    void commitsAreStoredInTheOrderOfTheCallsAndWaitingOnesAreJoined() throws Exception {
        fill(0, 0, 10);
        fill(1, 0, 10);
        Member a = new Member("a", MANUAL);
        pollUntil(() -> a.assigned().size() == 2, a);
        CountDownLatch hold = new CountDownLatch(1);
        group.commitStep = request -> hold.await();
        List<CompletableFuture<Void>> all = new ArrayList<>();
        for (int i = 1; i <= 9; i++) {
            all.add(a.consumer.commitAsync(Map.of(FIRST, CommitPosition.of(i))));
        }
        all.add(a.consumer.commitAsync(Map.of(SECOND, CommitPosition.of(3))));
        await().until(() -> !group.commits.isEmpty());
        assertThat(all).noneMatch(CompletableFuture::isDone);
        hold.countDown();
        CompletableFuture.allOf(all.toArray(new CompletableFuture<?>[0])).get();
        assertThat(group.events).containsSubsequence("commit 0@1", "commit 0@9 1@3");
        assertThat(group.commits).hasSize(2);
    }

    @Test
    void oneCommitsFaultIsToldToNobodyElse() throws Exception {
        fill(0, 0, 10);
        fill(1, 0, 10);
        Member a = new Member("a", MANUAL);
        pollUntil(() -> a.assigned().size() == 2, a);
        CountDownLatch hold = new CountDownLatch(1);
        group.commitStep = request -> hold.await();
        var first = a.consumer.commitAsync(Map.of(FIRST, CommitPosition.of(1)));
        await().until(() -> !group.commits.isEmpty());
        var bad = a.consumer.commitAsync(Map.of(FIRST, CommitPosition.of(1_000)));
        var good = a.consumer.commitAsync(Map.of(SECOND, CommitPosition.of(3)));
        hold.countDown();
        first.get();
        good.get();
        assertThat(offset(1)).isEqualTo(3);
        assertRefused(ErrorReason.ERROR_REASON_OFFSET_OUT_OF_RANGE, () -> Blocking.await(bad));
    }

    @Test
    void aCommitWhoseFateIsUnknownIsSentAgainAsItWas() {
        fill(0, 0, 10);
        Member a = new Member("a", MANUAL);
        pollUntil(() -> a.assigned().size() == 2, a);
        AtomicInteger tries = new AtomicInteger();
        group.commitStep = request -> {
            if (tries.incrementAndGet() <= 2) {
                throw Refusals.indeterminate(Status.Code.UNAVAILABLE, ErrorReason.ERROR_REASON_FORWARDING_FAILED);
            }
        };
        a.consumer.commit(Map.of(FIRST, CommitPosition.of(5)));
        assertThat(offset(0)).isEqualTo(5);
        assertThat(Set.copyOf(group.commits)).hasSize(1);
    }

    @Test
    void aCommitIsSentOnToWhoeverCoordinatesByNow() {
        fill(0, 0, 10);
        Member a = new Member("a", MANUAL);
        pollUntil(() -> a.assigned().size() == 2, a);
        AtomicInteger asked = new AtomicInteger();
        group.commitStep = request -> {
            // In the session, and where it was sent again.
            if (asked.incrementAndGet() <= 2) {
                throw Refusals.notCoordinator(group.hint());
            }
        };
        group.coordinator = 1;
        a.consumer.commit(Map.of(FIRST, CommitPosition.of(5)));
        assertThat(group.commitBrokers).containsExactly(0, 0, 1);
        assertThat(offset(0)).isEqualTo(5);
    }

    @Test
    void aCommitThatReachesANewCoordinatorBeforeItsMemberDoesIsSentAgain() {
        fill(0, 0, 10);
        Member a = new Member("a", MANUAL);
        pollUntil(() -> a.assigned().size() == 2, a);
        AtomicInteger asked = new AtomicInteger();
        group.commitStep = request -> {
            int time = asked.incrementAndGet();
            if (time == 1) {
                group.move(1, false);
            }
            if (time <= 2) {
                throw Refusals.definite(Status.Code.FAILED_PRECONDITION, ErrorReason.ERROR_REASON_NOT_PARTITION_OWNER);
            }
        };
        a.consumer.commit(Map.of(FIRST, CommitPosition.of(5)));
        assertThat(offset(0)).isEqualTo(5);
        assertThat(group.commitBrokers).containsExactly(0, 0, 1);
    }

    @Test
    void aCommitGoesThroughTheSession() {
        fill(0, 0, 10);
        Member a = new Member("a", MANUAL);
        pollUntil(() -> a.assigned().size() == 2, a);
        a.consumer.commit(Map.of(FIRST, CommitPosition.of(5)));
        assertThat(offset(0)).isEqualTo(5);
        assertThat(group.commitCalls).hasValue(0);
    }

    @Test
    void aNextCoordinatorHearsWhichCommitsAreOutOfDate() {
        fill(0, 0, 10);
        Member a = new Member("a", MANUAL);
        pollUntil(() -> a.assigned().size() == 2, a);
        a.consumer.commit(Map.of(FIRST, CommitPosition.of(5)));
        a.consumer.commit(Map.of(FIRST, CommitPosition.of(3)));
        int before = group.opens.size();
        group.move(1, false);
        pollUntil(() -> group.opens.size() > before, a);
        assertThat(group.opens.get(0).getCommitsFrom()).isZero();
        assertThat(group.opens.get(before).getCommitsFrom()).isEqualTo(2);
        assertThat(group.commits)
                .last()
                .extracting(commit -> commit.getNumber())
                .isEqualTo(2L);
    }

    @Test
    void aCommitWhoseSessionBreaksBeforeTheAnswerIsSentAgainUnderItsNumber() {
        fill(0, 0, 10);
        Member a = new Member("a", MANUAL);
        pollUntil(() -> a.assigned().size() == 2, a);
        AtomicBoolean isBroken = new AtomicBoolean();
        group.commitStep = request -> {
            if (isBroken.compareAndSet(false, true)) {
                group.move(0, false);
            }
        };
        a.consumer.commit(Map.of(FIRST, CommitPosition.of(5)));
        assertThat(offset(0)).isEqualTo(5);
        assertThat(group.commits).hasSizeGreaterThan(1);
        assertThat(Set.copyOf(group.commits)).hasSize(1);
    }
}
