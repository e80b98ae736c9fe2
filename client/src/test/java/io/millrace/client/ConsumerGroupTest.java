package io.millrace.client;

import static io.millrace.client.StreamCluster.TOPIC;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.grpc.Status;
import io.millrace.proto.v1.CommittedOffset;
import io.millrace.proto.v1.ErrorReason;
import io.millrace.record.Codec;
import io.millrace.record.RecordBatch;
import io.millrace.record.RecordBatchBuilder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class ConsumerGroupTest {
    private static final Duration SHORT = Duration.ofMillis(50);
    private static final TopicPartition FIRST = new TopicPartition(TOPIC, 0);
    private static final TopicPartition SECOND = new TopicPartition(TOPIC, 1);
    private static final GroupConfig FROM_START =
            GroupConfig.of("readers").withStartWhereNone(StartPosition.earliest());
    private static final GroupConfig MANUAL = FROM_START.withAutoCommitIntervalMs(0);

    private final StreamCluster cluster = new StreamCluster(2, 2);
    private final StreamGroup group = cluster.group;
    private final List<Member> members = new ArrayList<>();

    /** A consumer, and what it has seen. */
    private final class Member implements RebalanceListener {
        final String name;
        final Consumer consumer = Consumer.open(ConsumerConfig.of(cluster.bootstrap()));
        final List<String> read = new ArrayList<>();
        /** Of the group, when the listener was told. */
        final Map<String, Long> generations = new HashMap<>();

        Member(String name, GroupConfig config) {
            this.name = name;
            members.add(this);
            consumer.subscribe(List.of(TOPIC), config, this);
        }

        @Override
        public void onAssigned(Set<TopicPartition> partitions) {
            note("has", partitions);
        }

        @Override
        public void onRevoked(Set<TopicPartition> partitions) {
            note("revoked", partitions);
        }

        @Override
        public void onLost(Set<TopicPartition> partitions) {
            note("lost", partitions);
        }

        private void note(String what, Set<TopicPartition> partitions) {
            for (TopicPartition partition : partitions) {
                group.events.add(name + " " + what + " " + partition.partition());
                generations.put(what + " " + partition.partition(), consumer.groupGeneration());
            }
        }

        void poll() {
            consumer.poll(SHORT).forEach(record -> read.add(record.partition() + "@" + record.offset()));
        }

        Set<TopicPartition> assigned() {
            return consumer.assigned();
        }
    }

    @AfterEach
    void close() {
        members.forEach(member -> member.consumer.close());
        cluster.close();
    }

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

    private static void hang(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
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
        await().untilAsserted(() -> {
            a.poll();
            assertThat(a.assigned()).hasSize(2);
        });
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

    private void pollUntil(BooleanSupplier condition, Member... polling) {
        await().pollInterval(Duration.ofMillis(1))
                .atMost(Duration.ofSeconds(20))
                .until(() -> {
                    for (Member member : polling) {
                        if (!condition.getAsBoolean()) {
                            member.poll();
                        }
                    }
                    return condition.getAsBoolean();
                });
    }

    private long offset(int partition) {
        CommittedOffset stored = group.committed(partition);
        return stored == null ? -1 : stored.getOffset();
    }

    private static void assertRefused(ErrorReason reason, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        MillraceException.class,
                        failure -> assertThat(failure.reason()).isEqualTo(reason));
    }

    /** Ten records to a batch. */
    private void fill(int partition, int from, int to) {
        for (int i = from; i < to; i += 10) {
            cluster.plant(partition, RecordBatch.wrap(batch(i, i + 10)));
        }
    }

    private static ByteBuffer batch(int from, int to) {
        RecordBatchBuilder builder = new RecordBatchBuilder(Codec.NONE);
        IntStream.range(from, to)
                .forEach(i -> builder.append(
                        1_000L * i, null, ByteBuffer.wrap(("v" + i).getBytes(StandardCharsets.UTF_8)), List.of()));
        return builder.build();
    }
}
