package io.millrace.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.proto.v1.ErrorReason;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Coordinators that move and members that are taken for gone: nobody reads or commits what is another one's. */
@Timeout(60)
final class ConsumerFencingTest extends ConsumerScene {
    @Test
    void aCoordinatorThatMovesOrBreaksOffIsFollowedAndNothingIsReadTwiceOrLetGoOf() {
        fill(0, 0, 10);
        Member a = new Member("a", MANUAL);
        pollUntil(() -> a.read.size() == 10, a);
        group.events.clear();
        group.move(1, true);
        fill(0, 10, 20);
        pollUntil(() -> a.read.size() == 20 && group.opens.size() >= 2, a);
        group.move(0, false);
        fill(0, 20, 30);
        pollUntil(() -> a.read.size() == 30 && group.opens.size() >= 3, a);
        a.consumer.commit();
        assertThat(offset(0)).isEqualTo(30);
        assertThat(a.read).doesNotHaveDuplicates();
        assertThat(group.events).containsExactly("commit 0@30 1@0");
        assertThat(group.opens)
                .extracting(open -> open.getMemberId())
                .containsOnly(group.members().iterator().next());
        assertThat(group.opens.get(group.opens.size() - 1).getHolds(0).getPartitionsList())
                .containsExactlyInAnyOrder(0, 1);
    }

    @Test
    void aCoordinatorThatHangsIsLeftForTheOneThatTakesOver() {
        Member a = new Member("a", MANUAL.withSessionTimeoutMs(3_000));
        pollUntil(() -> a.assigned().size() == 2, a);
        group.hangingBroker = 0;
        group.coordinator = 1;
        int before = group.opens.size();
        pollUntil(() -> group.opens.size() > before, a);
        fill(0, 0, 10);
        pollUntil(() -> a.read.size() == 10, a);
        assertThat(group.events).noneMatch(event -> event.contains("lost"));
    }

    @Test
    void aMemberThatWasTakenForGoneLosesAllAndJoinsAnew() {
        fill(0, 0, 10);
        Member a = new Member("a", MANUAL);
        pollUntil(() -> a.read.size() == 10, a);
        String before = group.members().iterator().next();
        group.events.clear();
        group.expel(true);
        pollUntil(() -> a.read.size() == 20, a);
        assertThat(group.events).containsSubsequence("a lost 0", "a has 0").noneMatch(e -> e.contains("revoked"));
        assertThat(group.members()).hasSize(1).doesNotContain(before);
    }

    @Test
    void aCommitThatFindsTheMemberGoneIsThrownAndTheMemberJoinsAnew() {
        fill(0, 0, 10);
        Member a = new Member("a", MANUAL);
        pollUntil(() -> a.read.size() == 10, a);
        group.expel(false);
        assertRefused(ErrorReason.ERROR_REASON_UNKNOWN_MEMBER, () -> a.consumer.commit());
        pollUntil(() -> a.read.size() == 20, a);
        a.consumer.commit();
        assertThat(offset(0)).isEqualTo(10);
    }

    @Test
    void aPartitionThatIsLostCannotBeCommittedUnderTheNextMembership() {
        fill(0, 0, 10);
        Member a = new Member("a", MANUAL);
        pollUntil(() -> a.read.size() == 10, a);
        int opens = group.opens.size();
        group.expel(true);
        await().until(() -> group.opens.size() > opens);
        // Nobody has polled: what the application has is of the old membership.
        assertRefused(
                ErrorReason.ERROR_REASON_NOT_PARTITION_OWNER,
                () -> a.consumer.commit(Map.of(FIRST, CommitPosition.of(3))));
        assertThat(group.committed(0)).isNull();
    }

    @Test
    void aConsumerThatWasStoppedForLongHandsOutNothingMoreOfWhatItHad() {
        Member a = new Member("a", MANUAL.withSessionTimeoutMs(1_000));
        pollUntil(() -> a.assigned().size() == 2, a);
        fill(0, 0, 10);
        await().until(() -> !cluster.broker(0).fetchStreams.isEmpty()
                && cluster.broker(0).fetchedBytes.get() > 0);
        CountDownLatch hold = new CountDownLatch(1);
        AtomicBoolean isStopped = new AtomicBoolean();
        // On the consumer's own thread: its heartbeats stop, as where the whole process does.
        var unused = a.consumer.commitAsync(Map.of(FIRST, CommitPosition.of(0))).thenRun(() -> {
            isStopped.set(true);
            hang(hold);
        });
        await().untilTrue(isStopped);
        long stoppedNs = System.nanoTime();
        await().until(() -> System.nanoTime() - stoppedNs > TimeUnit.MILLISECONDS.toNanos(1_500));
        a.poll();
        assertThat(a.read).isEmpty();
        group.events.clear();
        hold.countDown();
        pollUntil(() -> a.read.size() == 10, a);
        assertThat(group.events).containsSubsequence("a lost 0", "a has 0");
    }

    @Test
    void theGenerationIsOfTheLastPollSoThatWhatWasReadBeforeALossNeverPassesForWhatCameAfterIt() {
        fill(0, 0, 10);
        Member a = new Member("a", MANUAL);
        assertThat(a.consumer.groupGeneration()).isZero();
        pollUntil(() -> a.read.size() == 10, a);
        long before = a.consumer.groupGeneration();
        assertThat(before).isPositive();
        int opens = group.opens.size();
        group.expel(true);
        await().until(() -> group.opens.size() > opens && !group.members().isEmpty());
        assertThat(a.consumer.groupGeneration()).as("nobody has polled").isEqualTo(before);
        pollUntil(() -> a.read.size() == 20, a);
        assertThat(a.consumer.groupGeneration()).isGreaterThan(before);
    }

    @Test
    void whoeverReadsAPartitionNextDoesSoInAHigherGeneration() {
        Member a = new Member("a", MANUAL);
        pollUntil(() -> a.assigned().size() == 2, a);
        Member b = new Member("b", MANUAL);
        pollUntil(() -> b.assigned().equals(Set.of(SECOND)), a, b);
        assertThat(a.generations)
                .as("of what a has read, and when it let go of it")
                .containsOnlyKeys("has 0", "has 1", "revoked 1")
                .containsEntry("revoked 1", a.generations.get("has 1"));
        assertThat(b.generations.get("has 1")).isGreaterThan(a.generations.get("revoked 1"));
    }

    private static void hang(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
