package io.millrace.broker.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.core.partition.ProducedBatch;
import io.millrace.broker.core.partition.ProducerStates;
import io.millrace.broker.log.memory.CrashableDisk;
import io.millrace.record.RecordBatch;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A log and what it must hold: the batches in order. Each step does one thing to both. A crash may come after a step, or
 * within it, just before one of its syncs; then the model allows what the step may have left.
 */
final class CrashingLog {
    private final long seed;
    private final Random random;
    private CrashableDisk disk = new CrashableDisk();
    private PartitionLog log = TestLogs.open(disk, TestLogs.SMALL_SEGMENTS);
    private List<ByteBuffer> model = new ArrayList<>();
    private long modelStart;
    /** What the log once held below its start, as far as its producers are remembered from there. */
    private List<ByteBuffer> beforeStart = List.of();

    private int epoch;
    private int crashes;
    private String trace = "";

    private @Nullable CrashableDisk midway;
    private long durableMidway;

    CrashingLog(long seed) {
        this.seed = seed;
        this.random = new Random(seed);
    }

    int crashes() {
        return crashes;
    }

    void step() throws Exception {
        List<ByteBuffer> before = List.copyOf(model);
        watchOneSync();
        int choice = random.nextInt(100);
        boolean isReset = false;
        if (choice < 45) {
            append();
        } else if (choice < 55) {
            appendAsFollower();
        } else if (choice < 70) {
            note("sync");
            assertThat(log.sync()).as(trace()).isEqualTo(modelEnd());
        } else if (choice < 80) {
            truncate();
        } else if (choice < 82) {
            reset();
            isReset = true;
        } else if (choice < 86) {
            fillUp();
        } else if (choice < 92) {
            reopenAfter("close", log::close, disk);
        } else if (choice < 96) {
            crash(disk.afterKill(), modelEnd());
        } else {
            crash(disk.afterPowerCut(random), log.durableEndOffset());
        }
        if (midway != null && random.nextInt(4) == 0) {
            crashMidway(before, isReset);
        }
        check();
    }

    private void watchOneSync() {
        midway = null;
        AtomicInteger countdown = new AtomicInteger(random.nextInt(8));
        CrashableDisk watched = disk;
        PartitionLog watchedLog = log;
        disk.beforeSync(path -> {
            if (countdown.getAndDecrement() == 0) {
                midway = watched.afterPowerCut(random);
                durableMidway = watchedLog.durableEndOffset();
            }
        });
    }

    private void append() throws Exception {
        ByteBuffer batch = randomBatch();
        epoch += random.nextInt(6) == 0 ? 1 : 0;
        note("append " + batch.remaining() + " bytes in " + epoch);
        log.appendAsLeader(batch, epoch);
        model.add(batch);
    }

    private void appendAsFollower() throws Exception {
        note("append batches");
        long next = modelEnd();
        List<ByteBuffer> batches = new ArrayList<>();
        for (int i = random.nextInt(6); i >= 0; i--) {
            epoch += random.nextInt(6) == 0 ? 1 : 0;
            ByteBuffer batch = TestBatches.stamped(randomBatch(), next, epoch);
            next = RecordBatch.wrap(batch).nextOffset();
            batches.add(batch);
        }
        model.addAll(batches);
        log.appendAsFollower(TestBatches.concat(batches.toArray(ByteBuffer[]::new)), epoch);
    }

    private void truncate() throws Exception {
        long target = modelStart + random.nextInt((int) (modelEnd() - modelStart) + 3);
        note("truncate to " + target);
        long cut = log.truncateTo(target);
        while (modelEnd() > target) {
            model.remove(model.size() - 1);
        }
        // A follower may go on in the very epoch that it has cut.
        epoch = random.nextBoolean() ? epoch : Math.max(0, log.epochs().lastEpoch());
        assertThat(cut).as(trace()).isEqualTo(modelEnd());
        assertThat(log.durableEndOffset()).as(trace()).isLessThanOrEqualTo(cut);
    }

    private void reset() throws Exception {
        modelStart = random.nextInt(300);
        note("reset to " + modelStart);
        model.clear();
        beforeStart = List.of();
        log.resetTo(modelStart);
    }

    /** The disk runs full within an append; the log fails, and after a restart with more room it goes on. */
    private void fillUp() {
        note("disk full");
        disk.failWritesAfter(random.nextInt(150));
        ByteBuffer batch = randomBatch();
        List<ByteBuffer> candidates = new ArrayList<>(model);
        try {
            log.appendAsLeader(batch, epoch);
            candidates.add(batch);
        } catch (LogFailedException full) {
            candidates.add(TestBatches.stamped(batch, modelEnd(), epoch));
        }
        model = candidates;
        crash(disk.afterKill(), log.durableEndOffset());
    }

    private interface Ending {
        void run() throws Exception;
    }

    private void reopenAfter(String what, Ending ending, CrashableDisk left) throws Exception {
        note(what);
        ending.run();
        disk = left;
        log = TestLogs.open(disk, TestLogs.SMALL_SEGMENTS);
    }

    private void crash(CrashableDisk left, long durableEnd) {
        note("crash, durable up to " + durableEnd);
        crashes++;
        midway = null;
        disk = left;
        log = TestLogs.open(disk, TestLogs.SMALL_SEGMENTS);
        assertThat(log.failure()).as(trace()).isEmpty();
        assertThat(log.logEndOffset()).as(trace()).isGreaterThanOrEqualTo(durableEnd);
        while (modelEnd() > log.logEndOffset()) {
            model.remove(model.size() - 1);
        }
    }

    private void crashMidway(List<ByteBuffer> before, boolean isReset) {
        CrashableDisk left = midway;
        if (left == null) {
            return;
        }
        note("... but it crashed within that, durable up to " + durableMidway);
        if (isReset) {
            adoptRemainsOfReset(before, left);
            return;
        }
        // What the step cut may still be there; what it appended is in the model already.
        model = new ArrayList<>(model.size() < before.size() ? before : model);
        crash(left, durableMidway);
    }

    /** All was to go, so any run of it may be left, or nothing. */
    private void adoptRemainsOfReset(List<ByteBuffer> before, CrashableDisk left) {
        crashes++;
        midway = null;
        disk = left;
        log = TestLogs.open(disk, TestLogs.SMALL_SEGMENTS);
        assertThat(log.failure()).as(trace()).isEmpty();
        modelStart = log.logStartOffset();
        model = new ArrayList<>(before.stream()
                .filter(batch -> RecordBatch.wrap(batch).baseOffset() >= log.logStartOffset()
                        && RecordBatch.wrap(batch).nextOffset() <= log.logEndOffset())
                .toList());
        // A snapshot that is left speaks of the batches before it, be they gone or not.
        List<ByteBuffer> gone = before.stream()
                .filter(batch -> RecordBatch.wrap(batch).nextOffset() <= log.logStartOffset())
                .toList();
        boolean isRemembered = !log.producers().remembered().equals(producersOf(List.of(), model));
        beforeStart = isRemembered
                ? Stream.concat(beforeStart.stream(), gone.stream()).toList()
                : List.of();
    }

    private void check() throws Exception {
        assertThat(log.failure()).as(trace()).isEmpty();
        assertThat(log.logStartOffset()).as(trace()).isEqualTo(modelStart);
        assertThat(log.logEndOffset()).as(trace()).isEqualTo(modelEnd());
        assertThat(log.durableEndOffset()).as(trace()).isLessThanOrEqualTo(modelEnd());
        EpochHistory derived = EpochHistory.empty().withLogEnd(modelEnd());
        for (ByteBuffer bytes : model) {
            RecordBatch batch = RecordBatch.wrap(bytes);
            derived = batch.partitionLeaderEpoch() > derived.lastEpoch()
                    ? derived.plus(batch.partitionLeaderEpoch(), batch.baseOffset())
                    : derived;
        }
        assertThat(log.epochs()).as(trace()).isEqualTo(derived);
        assertThat(log.producers().remembered()).as(trace()).isEqualTo(producersOf(beforeStart, model));
        epoch = Math.max(epoch, derived.lastEpoch());
        assertThat(TestBatches.bytesOf(log))
                .as(trace())
                .isEqualTo(TestBatches.concat(model.toArray(ByteBuffer[]::new)).array());
    }

    private static List<ProducedBatch> producersOf(List<ByteBuffer> first, List<ByteBuffer> then) {
        ProducerStates derived = new ProducerStates();
        Stream.concat(first.stream(), then.stream())
                .map(LogProducers::produced)
                .filter(batch -> batch.producerId() >= 0)
                .forEach(derived::onAppended);
        return derived.remembered();
    }

    /** Of one of a few producers, in any order, or of none. */
    private ByteBuffer randomBatch() {
        ByteBuffer batch = TestBatches.batch(1 + random.nextInt(3), random.nextInt(80), random.nextInt(1000));
        return random.nextInt(3) == 0
                ? batch
                : TestBatches.producedBy(batch, random.nextInt(4), random.nextInt(2), random.nextInt(50));
    }

    private long modelEnd() {
        return model.isEmpty()
                ? modelStart
                : RecordBatch.wrap(model.get(model.size() - 1)).nextOffset();
    }

    private void note(String what) {
        trace += "\n  " + what;
    }

    private String trace() {
        return "seed " + seed + trace;
    }
}
