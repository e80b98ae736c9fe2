package io.millrace.client;

import static io.millrace.client.StreamCluster.TOPIC;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.proto.v1.ErrorReason;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who reads what, from where on, and what the application is told. */
@Timeout(60)
final class ConsumerGroupTest extends ConsumerScene {
    @Test
    void aMemberReadsAllAndASecondOneTakesItsShareWhereTheFirstHasCommitted() {
        fill(0, 0, 10);
        fill(1, 0, 10);
        Member a = new Member("a", FROM_START);
        pollUntil(() -> a.read.size() == 20, a);
        assertThat(a.read).contains("0@0", "0@9", "1@0", "1@9").doesNotHaveDuplicates();
        Member b = new Member("b", FROM_START);
        pollUntil(() -> a.assigned().equals(Set.of(FIRST)) && b.assigned().equals(Set.of(SECOND)), a, b);
        fill(0, 10, 20);
        fill(1, 10, 20);
        pollUntil(() -> a.read.size() == 30 && b.read.size() == 10, a, b);
        assertThat(b.read).first().isEqualTo("1@10");
        assertThat(a.read).doesNotHaveDuplicates();
    }

    @Test
    void aPartitionIsCommittedThenRevokedThenLetGoOfThenGivenOn() {
        fill(1, 0, 10);
        group.put(0, 0, "t1");
        group.put(1, 0, "t1");
        Member a = new Member("a", FROM_START.withAutoCommitIntervalMs(60_000));
        pollUntil(() -> a.read.size() == 10, a);
        group.events.clear();
        Member b = new Member("b", FROM_START);
        pollUntil(() -> b.assigned().equals(Set.of(SECOND)), a, b);
        assertThat(group.events).containsSubsequence("commit 1@10", "a revoked 1", "let go", "b has 1");
    }

    @Test
    void whatAListenerCommitsWithoutWaitingIsStoredBeforeThePartitionIsLetGoOf() {
        fill(1, 0, 10);
        Consumer careful = Consumer.open(ConsumerConfig.of(cluster.bootstrap()));
        AtomicInteger read = new AtomicInteger();
        careful.subscribe(List.of(TOPIC), MANUAL, new RebalanceListener() {
            @Override
            public void onRevoked(Set<TopicPartition> partitions) {
                var unused = careful.commitAsync(Map.of(SECOND, CommitPosition.of(7)));
            }
        });
        try {
            await().until(() -> read.addAndGet(careful.poll(SHORT).count()) == 10);
            Member b = new Member("b", MANUAL);
            await().until(() -> {
                careful.poll(SHORT);
                b.poll();
                return b.read.contains("1@9");
            });
            assertThat(b.read).first().isEqualTo("1@7");
            assertThat(group.events).containsSubsequence("commit 1@7", "let go", "b has 1");
        } finally {
            careful.close();
        }
    }

    @Test
    void readingBeginsWhereTheGroupHasCommittedAndATopicsNamesakeCountsForNothing() {
        fill(0, 0, 10);
        fill(1, 0, 10);
        group.put(0, 4, "t1");
        group.put(1, 4, "t0");
        Member a = new Member("a", MANUAL);
        pollUntil(() -> a.read.size() == 16, a);
        assertThat(a.read).contains("0@4", "1@0").doesNotContain("0@3");
    }

    @Test
    void whereTheGroupHasNothingTheEndThatWasFoundIsCommittedAtOnce() {
        fill(0, 0, 10);
        Member a = new Member("a", GroupConfig.of("readers").withAutoCommitIntervalMs(60_000));
        pollUntil(() -> offset(0) == 10 && offset(1) == 0, a);
        assertThat(a.read).isEmpty();
    }

    @Test
    void closeCommitsWhatWasHandedOutAndLeavesAtOnce() {
        fill(0, 0, 10);
        group.put(0, 0, "t1");
        group.put(1, 0, "t1");
        Member a = new Member("a", FROM_START.withAutoCommitIntervalMs(60_000));
        pollUntil(() -> a.read.size() == 10, a);
        a.consumer.close();
        assertThat(group.members()).isEmpty();
        assertThat(offset(0)).isEqualTo(10);
        assertThat(group.events).containsSubsequence("commit 0@10", "a revoked 0", "leave");
        assertThatThrownBy(() -> a.consumer.commit()).isInstanceOf(MillraceException.class);
        assertThatThrownBy(a::poll).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aMemberWithAnInstanceIdDoesNotLeaveWhenItCloses() {
        Member a = new Member("a", MANUAL.withInstanceId("pod-1"));
        pollUntil(() -> a.assigned().size() == 2, a);
        a.consumer.close();
        assertThat(group.events).doesNotContain("leave");
        assertThat(group.opens.get(0).getInstanceId()).isEqualTo("pod-1");
    }

    @Test
    void closeTakesNoLongerThanABoundWhereNobodyAnswers() {
        fill(0, 0, 10);
        Member a = new Member("a", FROM_START);
        pollUntil(() -> a.read.size() == 10, a);
        cluster.close();
        long startNs = System.nanoTime();
        a.consumer.close();
        assertThat(Duration.ofNanos(System.nanoTime() - startNs)).isLessThan(Duration.ofSeconds(8));
    }

    @Test
    void aCommittedOffsetThatIsNotThereAnyMoreIsToldToTheApplication() {
        fill(0, 0, 10);
        group.put(0, 1_000, "t1");
        Member a = new Member("a", MANUAL);
        assertRefused(ErrorReason.ERROR_REASON_OFFSET_OUT_OF_RANGE, () -> {
            while (true) {
                a.poll();
            }
        });
        a.consumer.seek(FIRST, StartPosition.offset(7));
        pollUntil(() -> a.read.size() == 3, a);
        a.consumer.commit();
        assertThat(offset(0)).as("going back is meant").isEqualTo(10);
    }

    @Test
    void whatAListenerThrowsComesOutOfThePollAndThePartitionIsLetGoOfAllTheSame() {
        Consumer touchy = Consumer.open(ConsumerConfig.of(cluster.bootstrap()));
        AtomicInteger thrown = new AtomicInteger();
        touchy.subscribe(List.of(TOPIC), MANUAL, new RebalanceListener() {
            @Override
            public void onRevoked(Set<TopicPartition> partitions) {
                if (thrown.getAndIncrement() == 0) {
                    throw new UnsupportedOperationException("told so by the test");
                }
            }
        });
        try {
            await().until(() ->
                    touchy.poll(SHORT).isEmpty() && touchy.assigned().size() == 2);
            Member b = new Member("b", MANUAL);
            assertThatThrownBy(() -> {
                        while (true) {
                            touchy.poll(SHORT);
                        }
                    })
                    .hasMessage("told so by the test");
            pollUntil(() -> b.assigned().size() == 1, b);
        } finally {
            touchy.close();
        }
    }

    @Test
    void aPatternIsTheCoordinatorsToRead() {
        try (Consumer wide = Consumer.open(ConsumerConfig.of(cluster.bootstrap()))) {
            wide.subscribe("ord.*", MANUAL.withRack("r1").withClientId("me"));
            await().until(() -> {
                wide.poll(SHORT);
                return wide.assigned().size() == 2;
            });
            assertThat(group.opens.get(0).getPattern()).isEqualTo("ord.*");
            assertThat(group.opens.get(0).getTopicsList()).isEmpty();
            assertThat(group.opens.get(0).getRack()).isEqualTo("r1");
            assertThat(group.opens.get(0).getSessionTimeout().getSeconds()).isEqualTo(10);
        }
    }

    @Test
    void anInstanceIdThatIsInUseIsThrownByEachPollUntilItIsFree() {
        group.refusal = ErrorReason.ERROR_REASON_INSTANCE_ID_IN_USE;
        Member a = new Member("a", MANUAL.withInstanceId("pod-1"));
        for (int i = 0; i < 2; i++) {
            assertRefused(ErrorReason.ERROR_REASON_INSTANCE_ID_IN_USE, () -> a.consumer.poll(Duration.ofSeconds(10)));
        }
        group.refusal = null;
        // One refusal may be on its way still.
        await().ignoreExceptionsInstanceOf(MillraceException.class).untilAsserted(() -> {
            a.poll();
            assertThat(a.assigned()).hasSize(2);
        });
    }

    @Test
    void aSpareMemberWaitsAndIsWokenAndPartitionsCanBePausedAndSought() {
        Member a = new Member("a", MANUAL);
        Member b = new Member("b", MANUAL);
        pollUntil(() -> a.assigned().size() == 1 && b.assigned().size() == 1, a, b);
        Member c = new Member("c", MANUAL);
        pollUntil(() -> group.members().size() == 3, a, b, c);
        CompletableFuture<ConsumerRecords> waiting =
                CompletableFuture.supplyAsync(() -> c.consumer.poll(Duration.ofSeconds(30)));
        c.consumer.wakeup();
        assertThat(waiting.join().isEmpty()).isTrue();
        Member owner = a.assigned().contains(FIRST) ? a : b;
        fill(0, 0, 10);
        owner.consumer.pause(List.of(FIRST));
        owner.poll();
        assertThat(owner.read).isEmpty();
        owner.consumer.resume(List.of(FIRST));
        owner.consumer.seek(FIRST, StartPosition.offset(8));
        pollUntil(() -> owner.read.size() == 2, owner);
        assertThat(owner.consumer.position(FIRST)).isEqualTo(10);
    }

    @Test
    void aConsumerDoesOneThingAllItsLife() {
        Member a = new Member("a", MANUAL);
        assertThatThrownBy(() -> a.consumer.assign(Map.of())).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> a.consumer.subscribe(List.of(TOPIC), MANUAL))
                .isInstanceOf(IllegalStateException.class);
        try (Consumer free = Consumer.open(ConsumerConfig.of(cluster.bootstrap()))) {
            assertThatThrownBy(free::commit).isInstanceOf(IllegalStateException.class);
            free.assign(Map.of(FIRST, StartPosition.earliest()));
            assertThatThrownBy(() -> free.subscribe("orders.*", MANUAL)).isInstanceOf(IllegalStateException.class);
        }
    }
}
