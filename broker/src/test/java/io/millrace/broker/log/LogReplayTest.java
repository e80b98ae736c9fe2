package io.millrace.broker.log;

import static io.millrace.broker.log.TestBatches.batch;
import static io.millrace.broker.log.TestLogs.logPath;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.broker.core.Durability;
import io.millrace.broker.core.Safeguard;
import io.millrace.broker.core.Safeguards;
import io.millrace.broker.log.memory.CrashableDisk;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What disks do to logs (§2.4 of the rules), played again: well with all rules, and not without the one that answers. */
class LogReplayTest {

    private interface Script {
        void play(LogConfig config) throws Exception;
    }

    static Stream<Arguments> replays() {
        return Stream.of(
                replay(
                        "d1 behind a batch that was written in part nothing is written before the log is recovered",
                        Safeguard.D2_FIRST_ERROR_IS_THE_LAST,
                        LogReplayTest::aFullDiskStopsTheLog),
                replay(
                        "d2 an append that was queued behind the first error is refused",
                        Safeguard.D2_FIRST_ERROR_IS_THE_LAST,
                        LogReplayTest::theSecondAppendIsRefused),
                replay(
                        "d3 a sync that has failed once is not believed the second time",
                        Safeguard.D3_NO_SECOND_SYNC,
                        LogReplayTest::aSecondSyncIsNotTried),
                replay(
                        "d4 what a crash left behind the last batch is no part of the next segment's beginning",
                        Safeguard.D4_TORN_TAILS_ARE_CUT,
                        LogReplayTest::aTornTailIsCut),
                replay(
                        "d5 a bit that flipped below the durable point cuts nothing",
                        Safeguard.D5_WHAT_WAS_DURABLE_IS_NOT_CUT,
                        LogReplayTest::aFlippedBitFailsTheLog));
    }

    private static Arguments replay(String name, Safeguard rule, Script script) {
        return Arguments.of(Named.of(name, script), rule);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("replays")
    void holds(Script script, Safeguard rule) throws Exception {
        script.play(config(Safeguards.ALL));
    }

    @ParameterizedTest(name = "{0}: not without {1}")
    @MethodSource("replays")
    void failsWithoutItsRule(Script script, Safeguard rule) {
        assertThatThrownBy(() -> script.play(config(Safeguards.without(rule)))).isInstanceOf(AssertionError.class);
    }

    private static LogConfig config(Safeguards safeguards) {
        return new LogConfig(400, 100, 1 << 20, Durability.FSYNC, safeguards);
    }

    private static void aFullDiskStopsTheLog(LogConfig config) throws Exception {
        CrashableDisk disk = new CrashableDisk();
        PartitionLog log = TestLogs.open(disk, config);
        log.appendAsLeader(batch(1), 0);
        disk.failWritesAfter(20);
        assertThatExceptionOfType(LogFailedException.class).isThrownBy(() -> log.appendAsLeader(batch(2), 0));
        disk.healWrites();

        assertThat(log.isFailed()).isTrue();

        PartitionLog recovered = TestLogs.open(disk.afterKill(), config);
        recovered.appendAsLeader(batch(1), 0);
        assertThat(TestBatches.readAll(recovered)).hasSize(2);
    }

    private static void theSecondAppendIsRefused(LogConfig config) throws Exception {
        CrashableDisk disk = new CrashableDisk();
        PartitionLog log = TestLogs.open(disk, config);
        disk.failWritesAfter(0);
        assertThatExceptionOfType(LogFailedException.class).isThrownBy(() -> log.appendAsLeader(batch(1), 0));
        disk.healWrites();

        assertThatExceptionOfType(LogFailedException.class).isThrownBy(() -> log.appendAsLeader(batch(1), 0));
        assertThat(disk.bytes(logPath(0))).isEmpty();
    }

    /** The kernel reports the error once, and has called the pages clean. */
    private static void aSecondSyncIsNotTried(LogConfig config) throws Exception {
        CrashableDisk disk = new CrashableDisk();
        PartitionLog log = TestLogs.open(disk, config);
        log.appendAsLeader(batch(1), 0);
        log.sync();
        log.appendAsLeader(batch(1), 0);
        AtomicInteger tries = new AtomicInteger();
        disk.failSyncsOf(logPath(0));
        disk.beforeSync(path -> {
            if (path.equals(logPath(0)) && tries.incrementAndGet() > 1) {
                disk.failSyncsOf("nothing");
            }
        });

        assertThatExceptionOfType(LogFailedException.class).isThrownBy(log::sync);
        assertThat(tries).hasValue(1);
        assertThat(log.durableEndOffset()).isEqualTo(1);
    }

    private static void aTornTailIsCut(LogConfig config) throws Exception {
        CrashableDisk disk = new CrashableDisk();
        PartitionLog log = TestLogs.open(disk, config);
        log.appendAsLeader(batch(1), 0);
        log.sync();
        byte[] whole = disk.bytes(logPath(0));
        disk.put(logPath(0), Arrays.copyOf(whole, whole.length + 350));

        PartitionLog recovered = TestLogs.open(disk, config);
        recovered.appendAsLeader(batch(1), 0);
        recovered.appendAsLeader(batch(1, 300, 0), 0);
        recovered.sync();
        PartitionLog again = TestLogs.open(disk.afterKill(), config);

        assertThat(again.failure()).isEmpty();
        assertThat(again.logEndOffset()).isEqualTo(3);
    }

    private static void aFlippedBitFailsTheLog(LogConfig config) throws Exception {
        CrashableDisk disk = new CrashableDisk();
        PartitionLog log = TestLogs.open(disk, config);
        log.appendAsLeader(batch(1), 0);
        log.appendAsLeader(batch(1), 0);
        log.sync();
        byte[] flipped = disk.bytes(logPath(0));
        flipped[flipped.length - 3] ^= 1;
        disk.put(logPath(0), flipped);

        PartitionLog recovered = TestLogs.open(disk.afterKill(), config);

        assertThat(recovered.failure()).containsInstanceOf(CorruptLogException.class);
    }
}
