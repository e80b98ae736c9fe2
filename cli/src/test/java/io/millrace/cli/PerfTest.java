package io.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.cli.shell.ExitCodes;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code millrace perf} and the Java client with a real broker, whose coordination service is in memory. */
class PerfTest {
    @TempDir
    static Path directory;

    private static AutoCloseable running = () -> {};
    private static String bootstrap = "";

    @BeforeAll
    static void aBroker() throws Exception {
        RealBroker broker = new RealBroker(directory);
        running = broker;
        bootstrap = broker.endpoint();
    }

    @AfterAll
    static void isStopped() throws Exception {
        running.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "gzip", "snappy", "lz4", "zstd"})
    void whatIsWrittenIsReadAndCheckedRecordByRecord(String codec) {
        String topic = topic("checked-" + codec, 3);

        CommandRun.Result written =
                perf("produce", topic, "--records=5000", "--record-bytes=100", "--compression=" + codec);
        CommandRun.Result read = perf("consume", topic, "--check");

        assertThat(written.exitCode()).as(written.err()).isZero();
        assertThat(written.text()).contains("5,000, and 0 failed").contains("longest pause");
        assertThat(read.exitCode()).as(read.err()).isZero();
        assertThat(read.text())
                .contains("5,000, and 0 failed")
                .contains("0 duplicated, 0 out of order, 0 missing; runs of `perf produce`: 1; other records: 0")
                .containsPattern("check +good");
    }

    @Test
    void aCheckThatFindsNothingToCheckFails() {
        String topic = topic("foreign", 1);
        run(CommandRun.runWith(
                "one\ntwo\n".getBytes(StandardCharsets.UTF_8), "produce", topic, "--bootstrap=" + bootstrap));

        CommandRun.Result read = perf("consume", topic, "--check");

        assertThat(read.exitCode()).isEqualTo(ExitCodes.FAILED);
        assertThat(read.text()).contains("FAILED: there is nothing to check").contains("other records: 2");
    }

    @Test
    void anEmptyTopicIsReadAtOnce() {
        CommandRun.Result read = perf("consume", topic("empty", 2));

        assertThat(read.exitCode()).as(read.err()).isZero();
        assertThat(read.text()).contains("0, and 0 failed");
    }

    @Test
    void latenciesAreThoseOfEveryRecordThatWasDue() {
        CommandRun.Result measured = perf("latency", topic("timed", 2), "--rate=1000", "--records=200", "-o", "json");

        assertThat(measured.exitCode()).as(measured.err()).isZero();
        Matcher records = Pattern.compile("\"records\" *: *(\\d+)").matcher(measured.text());
        assertThat(records.find()).isTrue();
        assertThat(records.group(1)).isEqualTo("200");
        assertThat(measured.text()).contains("\"ackLatencyMs\"", "\"endToEndLatencyMs\"", "\"p99.9\"");
    }

    @ParameterizedTest
    @CsvSource({
        "produce, --linger-ms=-1, lingerMs",
        "produce, --batch-bytes=0, batchMaxBytes",
        "produce, --record-bytes=15, 15 bytes",
        "produce, --record-bytes=2000000000, 2000000000 bytes",
        "produce, --records=0, 0 records",
        "produce, --rate=-1, -1 records per second",
        "produce, --for=0s, no time",
        "produce, --bootstrap=nonsense, nonsense",
        "latency, --rate=0, --rate 0",
        "latency, --bootstrap=nonsense, nonsense",
        "consume, --records=-5, --records -5",
        "consume, --bootstrap=nonsense, nonsense"
    })
    void whatCannotBeMeasuredIsRefusedInWords(String command, String option, String named) {
        CommandRun.Result refused = CommandRun.run("perf", command, "unused", option);

        assertThat(refused.exitCode()).as(refused.err()).isEqualTo(ExitCodes.USAGE);
        assertThat(refused.err()).contains(named).doesNotContain("\tat ");
    }

    @Test
    void aTopicThatTakesSmallBatchesGetsSmallOnes() {
        String topic = topic("narrow", 1, "--max-batch-bytes=2048");

        CommandRun.Result written = perf("produce", topic, "--records=2000", "--record-bytes=100");

        assertThat(written.exitCode()).as(written.err()).isZero();
        assertThat(perf("consume", topic, "--check").exitCode()).isZero();
    }

    @Test
    void aRecordThatNoBrokerTakesFailsTheRunInItsWords() {
        CommandRun.Result refused = perf("produce", topic("large", 1), "--records=3", "--record-bytes=9000000");

        assertThat(refused.exitCode()).as(refused.err()).isEqualTo(ExitCodes.REFUSED);
        assertThat(refused.text()).contains("0, and 3 failed");
        assertThat(refused.err()).contains("topic 'large' takes 1048576");
        assertThat(refused.err()).startsWith("error: ").doesNotContain("\tat ");
    }

    private static String topic(String name, int partitions, String... options) {
        run(CommandRun.run(Stream.concat(
                        Stream.of("topic", "create", name, "--partitions=" + partitions, "--bootstrap=" + bootstrap),
                        Arrays.stream(options))
                .toArray(String[]::new)));
        return name;
    }

    private static void run(CommandRun.Result result) {
        assertThat(result.exitCode()).as(result.err()).isZero();
    }

    private static CommandRun.Result perf(String command, String topic, String... options) {
        String[] args = Stream.concat(
                        Stream.of("perf", command, topic, "--bootstrap=" + bootstrap), Arrays.stream(options))
                .toArray(String[]::new);
        return CommandRun.run(args);
    }
}
