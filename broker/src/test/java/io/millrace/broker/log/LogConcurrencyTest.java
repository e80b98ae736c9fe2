package io.millrace.broker.log;

import static io.millrace.broker.log.TestBatches.batch;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.record.BatchSplitter;
import io.millrace.record.RecordBatch;
import java.nio.file.Path;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogConcurrencyTest {
    private static final long SEED = 99;

    @TempDir
    Path directory;

    @Test
    void readersAndSyncsNeverTripOverAppendsAndCuts() throws Exception {
        PartitionLog log = TestLogs.open(new FileDisk(directory), TestLogs.config(2000));
        AtomicBoolean isOver = new AtomicBoolean();
        AtomicInteger reads = new AtomicInteger();
        Queue<Throwable> problems = new ConcurrentLinkedQueue<>();
        List<Thread> others = List.of(
                new Thread(() -> repeat(isOver, problems, () -> readSomewhere(log, reads))),
                new Thread(() -> repeat(isOver, problems, () -> readSomewhere(log, reads))),
                new Thread(() -> repeat(isOver, problems, log::sync)));
        others.forEach(Thread::start);

        Random random = new Random(SEED);
        for (int round = 0; round < 60 || reads.get() < 200; round++) {
            int epoch = round;
            for (int i = random.nextInt(30); i >= 0; i--) {
                log.appendAsLeader(batch(1 + random.nextInt(3), random.nextInt(100), round), epoch);
            }
            log.truncateTo(random.nextInt((int) log.logEndOffset() + 1));
        }
        isOver.set(true);
        for (Thread other : others) {
            other.join();
        }

        assertThat(problems).as("seed %s", SEED).isEmpty();
        assertThat(log.failure()).as("seed %s", SEED).isEmpty();
    }

    private interface Work {
        void run() throws Exception;
    }

    private static void repeat(AtomicBoolean isOver, Queue<Throwable> problems, Work work) {
        try {
            while (!isOver.get()) {
                work.run();
            }
        } catch (Exception | AssertionError problem) {
            problems.add(problem);
        }
    }

    private static void readSomewhere(PartitionLog log, AtomicInteger reads) throws Exception {
        long end = log.logEndOffset();
        LogSlice slice;
        try {
            slice = log.read(end / 2, end, 1000);
        } catch (OffsetOutOfLogException cutMeanwhile) {
            return;
        }
        List<RecordBatch> batches = BatchSplitter.split(slice.batches());
        assertThat(batches).allMatch(RecordBatch::isCrcValid);
        IntStream.range(1, batches.size()).forEach(i -> {
            assertThat(batches.get(i).baseOffset()).isEqualTo(batches.get(i - 1).nextOffset());
            assertThat(batches.get(i).partitionLeaderEpoch())
                    .isGreaterThanOrEqualTo(batches.get(i - 1).partitionLeaderEpoch());
        });
        reads.incrementAndGet();
    }
}
