package io.millrace.broker.log;

import static io.millrace.broker.log.TestBatches.batch;
import static io.millrace.broker.log.TestLogs.logPath;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.broker.core.Durability;
import io.millrace.broker.core.TopicPartition;
import io.millrace.broker.log.memory.CrashableDisk;
import io.millrace.broker.runtime.NamedThreads;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GroupCommitTest {
    private final Queue<Throwable> faults = new ConcurrentLinkedQueue<>();
    private final ExecutorService threads = NamedThreads.fixed("test-flush", 2, (where, fault) -> faults.add(fault));
    private final GroupCommit commit = new GroupCommit(threads);
    private final CrashableDisk disk = new CrashableDisk();
    private final PartitionLog log = TestLogs.open(disk);
    private final Queue<FlushResult> results = new ConcurrentLinkedQueue<>();
    private final CountDownLatch gate = new CountDownLatch(1);
    private final CountDownLatch atGate = new CountDownLatch(1);

    @AfterEach
    void endThreads() {
        gate.countDown();
        commit.close();
        threads.shutdown();
        assertThat(faults).isEmpty();
    }

    @Test
    void manyRequestsShareTheSyncThatFollowsTheRunningOne() throws Exception {
        holdSyncsOf(logPath(0));
        appendAndRequest();
        atGate.await();
        for (int i = 0; i < 50; i++) {
            appendAndRequest();
        }
        assertThat(results).isEmpty();

        gate.countDown();

        await().until(() -> results.size() == 51);
        assertThat(disk.syncs().stream().filter(logPath(0)::equals)).hasSize(2);
        assertThat(results).startsWith(new FlushResult.Stored(1)).endsWith(new FlushResult.Stored(51));
    }

    @Test
    void aRequestIsAnsweredOnlyOnceItsOwnBytesAreSynced() throws Exception {
        Queue<String> early = new ConcurrentLinkedQueue<>();
        CountDownLatch answered = new CountDownLatch(500);
        for (int i = 0; i < 500; i++) {
            long end = log.appendAsLeader(batch(1), 0).nextOffset();
            commit.request(log, Runnable::run, result -> {
                if (!(result instanceof FlushResult.Stored stored)
                        || stored.stableEndOffset() < end
                        || log.durableEndOffset() < end) {
                    early.add("end " + end + ": " + result);
                }
                answered.countDown();
            });
        }
        answered.await();

        assertThat(early).isEmpty();
        assertThat(disk.syncs().stream().filter(logPath(0)::equals)).hasSizeLessThan(500);
        assertThat(TestLogs.open(disk.afterPowerCut(new Random(1))).logEndOffset())
                .isEqualTo(500);
    }

    @Test
    void noLogWaitsForAnother() throws Exception {
        PartitionLog other = PartitionLog.open(
                disk, new TopicPartition(TestBatches.TOPIC_ID, 1), TestLogs.ONE_SEGMENT, TestLogs.tails());
        holdSyncsOf(logPath(0));
        appendAndRequest();
        atGate.await();
        other.appendAsLeader(batch(1), 0);

        commit.request(other, Runnable::run, results::add);

        await().until(() -> results.size() == 1);
        assertThat(log.durableEndOffset()).isEqualTo(0);
        assertThat(other.durableEndOffset()).isEqualTo(1);
    }

    @Test
    void aFailedSyncIsToldToAllWhoWait() throws Exception {
        holdSyncsOf(logPath(0));
        disk.failSyncsOf(logPath(0));
        appendAndRequest();
        atGate.await();
        appendAndRequest();

        gate.countDown();

        await().until(() -> results.size() == 2);
        assertThat(results).allMatch(FlushResult.Failed.class::isInstance);
        assertThat(log.isFailed()).isTrue();
    }

    @Test
    void closingAnswersEveryoneAndTakesNobodyNew() throws Exception {
        for (int i = 0; i < 20; i++) {
            appendAndRequest();
        }

        commit.close();
        assertThat(results).hasSize(20).allMatch(FlushResult.Stored.class::isInstance);

        appendAndRequest();
        assertThat(results).hasSize(21).last().isInstanceOf(FlushResult.Failed.class);
    }

    @Test
    void withReplicatedDurabilityNobodyWaitsAndTheDiskFollowsInTheBackground() throws Exception {
        LogConfig config = new LogConfig(1 << 28, 4096, 1 << 21, Durability.REPLICATED);
        PartitionLog replicated =
                PartitionLog.open(disk, new TopicPartition(TestBatches.TOPIC_ID, 2), config, TestLogs.tails());
        replicated.appendAsLeader(batch(1), 0);
        commit.request(replicated, Runnable::run, results::add);
        assertThat(results).containsExactly(new FlushResult.Stored(1));

        while (replicated.unsyncedBytes() < GroupCommit.BACKGROUND_SYNC_BYTES) {
            replicated.appendAsLeader(batch(1, 1 << 20, 0), 0);
        }
        assertThat(replicated.durableEndOffset()).isEqualTo(0);
        commit.request(replicated, Runnable::run, results::add);

        assertThat(results).hasSize(2);
        await().until(() -> replicated.durableEndOffset() == replicated.logEndOffset());
    }

    private void appendAndRequest() throws LogFailedException {
        log.appendAsLeader(batch(1), 0);
        commit.request(log, Runnable::run, results::add);
    }

    private void holdSyncsOf(String path) {
        disk.beforeSync(synced -> {
            if (synced.equals(path)) {
                atGate.countDown();
                awaitGate();
            }
        });
    }

    private void awaitGate() {
        try {
            gate.await();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
