package io.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.Status.Code;
import io.millrace.cli.CommandRun.Result;
import io.millrace.cli.shell.Console;
import io.millrace.cli.shell.ExitCodes;
import io.millrace.proto.v1.Certainty;
import io.millrace.proto.v1.ErrorReason;
import io.millrace.record.Codec;
import io.millrace.record.Murmur2;
import io.millrace.record.RecordBatch;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
final class ProduceConsumeTest {
    private final MemoryBroker broker = new MemoryBroker();

    @AfterEach
    void close() {
        broker.close();
    }

    @Test
    void whatIsConsumedAreTheBytesThatWereProduced() {
        broker.create("t", 1);
        byte[] input = bytes("lf\ncrlf\r\n\n\r\n\0zero\0\nlone\rcr\nno end");
        input[0] = (byte) 0xff;
        assertThat(produce(input).exitCode()).isEqualTo(ExitCodes.OK);
        assertThat(broker.log("t", 0).end()).isEqualTo(7);
        assertThat(consume("--from-beginning", "--exit-at-end").out()).isEqualTo(input);
    }

    @Test
    void oneIsNotSpokenOfAsMany() {
        broker.create("t", 1);
        assertThat(produce(bytes("a")).err()).isEqualTo("1 record, 1 byte, 1 partition: 1 acknowledged\n");
        assertThat(produce(bytes("a\nb\n")).err()).isEqualTo("2 records, 4 bytes, 1 partition: 2 acknowledged\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "gzip", "snappy", "lz4", "zstd", "ZSTD"})
    void whatIsSentCompressedIsConsumedAsItWas(String codec) {
        broker.create("t", 1);
        byte[] input = bytes("the same line\n".repeat(1_000));
        assertThat(produce(input, "--compression", codec).exitCode()).isEqualTo(ExitCodes.OK);
        RecordBatch batch = broker.log("t", 0).firstBatch();
        assertThat(batch.codec()).isEqualTo(Codec.valueOf(codec.toUpperCase(Locale.ROOT)));
        assertThat(consume("--from-beginning", "--exit-at-end").out()).isEqualTo(input);
    }

    @Test
    void aCodecThatNobodyKnowsIsAMistakeOfUseAndHelpNamesThoseThereAre() {
        broker.create("t", 1);
        assertThat(produce(bytes("x\n"), "--compression", "lzma").exitCode()).isEqualTo(ExitCodes.USAGE);
        assertThat(produce(bytes(""), "--help").text().replaceAll("\\s+", " "))
                .contains("none, gzip, snappy, lz4, zstd (default: none)");
    }

    @Test
    void aFileIsReadWhereOneIsNamed(@TempDir Path directory) throws IOException {
        broker.create("t", 1);
        Path file = Files.write(directory.resolve("a b"), bytes("x\ny\n"));
        assertThat(produce(new byte[0], "--file", file.toString()).err()).contains("2 records, 4 bytes");
        assertThat(produce(new byte[0], "--file", directory.resolve("none").toString())
                        .exitCode())
                .isEqualTo(ExitCodes.FAILED);
    }

    @Test
    void recordsOfOneKeyGoToThePartitionOfTheKeyInTheirOrder() {
        broker.create("t", 3);
        produce(bytes("a:1\na:2\nno key\na:3\n"), "--key-separator", ":");
        int partition = Murmur2.partitionOf(ByteBuffer.wrap(bytes("a")), 3);
        Result read = consume(
                "--from-beginning", "--exit-at-end", "--partition", String.valueOf(partition), "--format", "%k=%s");
        assertThat(read.text().lines().filter(line -> line.startsWith("a="))).containsExactly("a=1", "a=2", "a=3");
    }

    @Test
    void withoutKeysAllPartitionsGetTheirShareAndNothingIsLost() {
        broker.create("t", 4);
        String input = IntStream.range(0, 60_000).mapToObj(i -> i + "\n").collect(Collectors.joining());
        Result sent = produce(bytes(input));
        assertThat(sent.err()).contains("60000 acknowledged").contains("4 partitions");
        assertThat(broker.logs("t")).allSatisfy(log -> assertThat(log.end()).isPositive());
        // Sorted here: AssertJ compares in any order by trying every pair.
        assertThat(consume("--from-beginning", "--exit-at-end").text().lines().sorted())
                .containsExactlyElementsOf(input.lines().sorted().toList());
    }

    @Test
    void aRecordThatMayOrMayNotBeStoredIsCountedApartAndFailsTheCommand() {
        broker.create("t", 1);
        broker.produceFailures.add(MemoryBroker.refusal(
                Code.DEADLINE_EXCEEDED, ErrorReason.ERROR_REASON_COMMIT_TIMEOUT, Certainty.CERTAINTY_INDETERMINATE));
        Result sent = produce(bytes("only\n"), "--acks", "leader", "-o", "json");
        assertThat(sent.exitCode()).isEqualTo(ExitCodes.REFUSED);
        assertThat(sent.text()).contains("\"acknowledged\":0", "\"indeterminate\":1", "\"notStored\":0");
        assertThat(sent.err()).contains("COMMIT_TIMEOUT");
    }

    @Test
    void withAcksAllWhatMayOrMayNotBeStoredIsSentAgain() {
        broker.create("t", 1);
        broker.produceFailures.add(MemoryBroker.refusal(
                Code.DEADLINE_EXCEEDED, ErrorReason.ERROR_REASON_COMMIT_TIMEOUT, Certainty.CERTAINTY_INDETERMINATE));
        Result sent = produce(bytes("only\n"), "-o", "json");
        assertThat(sent.exitCode()).isEqualTo(ExitCodes.OK);
        assertThat(sent.text()).contains("\"acknowledged\":1", "\"indeterminate\":0", "\"notStored\":0");
    }

    @Test
    void aLineThatFitsIntoNoRecordIsNamedAndTheOnesBeforeItAreStored() {
        broker.create("t", 1);
        Result sent = produce(bytes("short\n" + "x".repeat(MemoryServices.MAX_BATCH_BYTES) + "\n"));
        assertThat(sent.exitCode()).isEqualTo(ExitCodes.FAILED);
        assertThat(sent.err()).contains("line 2").contains("1 acknowledged");
        assertThat(broker.log("t", 0).end()).isEqualTo(1);
    }

    @Test
    void theLongestLineAllowedFitsIntoABatch() {
        broker.create("t", 1);
        assertThat(produce(bytes("x".repeat(MemoryServices.MAX_BATCH_BYTES - 129) + "\n"))
                        .exitCode())
                .isEqualTo(ExitCodes.OK);
    }

    @Test
    void byDefaultOnlyWhatComesAfterTheStartIsPrintedAndAStopEndsItWell() {
        broker.create("t", 1);
        produce(bytes("before\n"));
        CommandRun run = CommandRun.prepare("consume", "t", "--bootstrap", broker.endpoint());
        CompletableFuture<Result> end = run.start();
        await().until(() -> broker.log("t", 0).fetches() > 0);
        produce(bytes("after\n"));
        await().until(() -> run.textSoFar().equals("after\n"));
        run.stop();
        assertThat(end.join().exitCode()).isEqualTo(ExitCodes.OK);
    }

    @Test
    void aClosedStdoutEndsTheCommandWell() {
        broker.create("t", 1);
        produce(bytes("1\n2\n"));
        OutputStream closed = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("Broken pipe");
            }
        };
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Console console =
                new Console(new ByteArrayInputStream(new byte[0]), new PrintStream(closed), new PrintStream(err));
        int exitCode = Main.run(console, "consume", "t", "--from-beginning", "--bootstrap", broker.endpoint());
        assertThat(exitCode).isEqualTo(ExitCodes.OK);
        assertThat(err.size()).isZero();
    }

    @Test
    void aBatchThatDoesNotMatchItsChecksumIsNotPrinted() {
        broker.create("t", 1);
        produce(bytes("1\n"));
        broker.log("t", 0).corrupt();
        Result read = consume("--from-beginning", "--exit-at-end");
        assertThat(read.exitCode()).isEqualTo(ExitCodes.FAILED);
        assertThat(read.out()).isEmpty();
        assertThat(read.err()).contains("topic t, partition 0, offset 0", "checksum");
    }

    @Test
    void anOffsetInTheMiddleOfABatchBeginsThere() {
        broker.create("t", 1);
        produce(bytes("0\n1\n2\n"));
        assertThat(consume("--offset", "1", "--exit-at-end").text()).isEqualTo("1\n2\n");
    }

    @Test
    void jsonKeepsBytesThatAreNoText() {
        broker.create("t", 1);
        byte[] input = {'k', ':', (byte) 0xff, '\n'};
        produce(input, "--key-separator", ":");
        String json = consume("--from-beginning", "--exit-at-end", "-o", "json").text();
        assertThat(json).contains("\"key\":\"k\"", "\"valueBase64\":\"/wo=\"", "\"offset\":0");
    }

    @Test
    void whatFitsNotTheTopicIsAMistakeOnTheCommandLine() {
        broker.create("t", 2);
        assertThat(consume("--offset", "1").exitCode()).isEqualTo(ExitCodes.USAGE);
        assertThat(consume("--partition", "2").exitCode()).isEqualTo(ExitCodes.USAGE);
        assertThat(consume("--offset", "1", "--from-beginning").exitCode()).isEqualTo(ExitCodes.USAGE);
        assertThat(consume("--format", "%x").exitCode()).isEqualTo(ExitCodes.USAGE);
        assertThat(produce(bytes("1\n"), "--partition", "2").exitCode()).isEqualTo(ExitCodes.USAGE);
    }

    private Result produce(byte[] input, String... more) {
        return CommandRun.runWith(input, with(more, "produce", "t", "--bootstrap", broker.endpoint()));
    }

    private Result consume(String... more) {
        return CommandRun.run(with(more, "consume", "t", "--bootstrap", broker.endpoint()));
    }

    private static String[] with(String[] more, String... first) {
        String[] all = Arrays.copyOf(first, first.length + more.length);
        System.arraycopy(more, 0, all, first.length, more.length);
        return all;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
