package io.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.cli.CommandRun.Result;
import io.millrace.cli.shell.Console;
import io.millrace.cli.shell.ExitCodes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code millrace consume --group}, one member at a time, with a real broker. */
@Timeout(120)
final class GroupConsumeTest {
    private static final AtomicInteger TOPICS = new AtomicInteger();

    @TempDir
    private static Path directory;

    private static RealBroker broker;

    private final String topic = "t" + TOPICS.incrementAndGet();
    private final String group = "readers-of-" + topic;

    @BeforeAll
    static void start() throws Exception {
        broker = new RealBroker(directory);
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @Test
    void aGroupGoesOnBehindTheLastRecordThatItPrinted() {
        create(1);
        broker.produce(topic, "1\n2\n3\n4\n");
        assertThat(consume("--max-messages", "3").text()).isEqualTo("1\n2\n3\n");
        assertThat(consume("--exit-at-end").text()).isEqualTo("4\n");
        assertThat(consume("--exit-at-end", "--from-beginning").text()).isEmpty();
        broker.produce(topic, "5\n");
        assertThat(consume("--exit-at-end").text()).isEqualTo("5\n");
    }

    @Test
    void offsetsThatWereCommittedForAnEarlierTopicOfTheNameDoNotCount() {
        create(1);
        broker.produce(topic, "1\n2\n");
        consume("--exit-at-end");
        broker.run("topic", "delete", topic);
        create(1);
        broker.produce(topic, "a\nb\nc\n");
        assertThat(consume("--exit-at-end").text()).isEqualTo("a\nb\nc\n");
    }

    @Test
    void aStopCommitsWhatWasPrintedAndLeaves() {
        create(1);
        broker.produce(topic, "1\n2\n");
        CommandRun run = broker.prepare("consume", topic, "--group", group);
        CompletableFuture<Result> end = run.start();
        await().until(() -> run.textSoFar().equals("1\n2\n"));
        run.stop();
        assertThat(end.join().exitCode()).isEqualTo(ExitCodes.OK);
        assertThat(end.join().err()).isEqualTo("assigned " + topic + "-0\n");
        assertThat(committed()).contains(" 2 ");
        assertThat(broker.run("group", "describe", group).text()).contains("empty");
    }

    @Test
    void whatWasPrintedIsCommittedWhileTheCommandRuns() {
        create(1);
        broker.produce(topic, "1\n2\n");
        CommandRun run = broker.prepare("consume", topic, "--group", group);
        CompletableFuture<Result> end = run.start();
        await().until(() -> committed().contains(" 2 "));
        run.stop();
        end.join();
    }

    @Test
    void aClosedStdoutEndsTheCommandWellAndCommitsNothingThatDidNotArrive() {
        create(1);
        broker.produce(topic, "1\n2\n");
        OutputStream closed = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("Broken pipe");
            }
        };
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Console console = new Console(
                InputStream.nullInputStream(),
                new PrintStream(closed, false, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
        int exitCode = Main.run(console, "consume", topic, "--group", group, "--bootstrap", broker.endpoint());
        assertThat(exitCode).isEqualTo(ExitCodes.OK);
        assertThat(err.toString(StandardCharsets.UTF_8)).isEqualTo("assigned " + topic + "-0\n");
        assertThat(consume("--exit-at-end").text()).isEqualTo("1\n2\n");
    }

    @Test
    void severalTopicsAreReadByNameOrByPattern() {
        create(1);
        broker.run("topic", "create", topic + "-more");
        broker.produce(topic, "1\n");
        broker.produce(topic + "-more", "2\n");
        String[] rest = {"--exit-at-end", "--format", "%t=%s"};
        assertThat(member(group, rest, topic, topic + "-more").text().lines())
                .containsExactlyInAnyOrder(topic + "=1", topic + "-more=2");
        assertThat(member("other", rest, "--pattern", topic + "(-more)?").text().lines())
                .containsExactlyInAnyOrder(topic + "=1", topic + "-more=2");
    }

    @Test
    void aTopicThatIsNotThereYetIsWaitedForAndSaidSo() {
        CommandRun run = broker.prepare("consume", topic, "--group", group);
        CompletableFuture<Result> end = run.start();
        await().until(() -> run.errSoFar().contains("there is no topic " + topic + " yet"));
        create(1);
        broker.produce(topic, "1\n");
        await().until(() -> run.textSoFar().equals("1\n"));
        run.stop();
        assertThat(end.join().exitCode()).isEqualTo(ExitCodes.OK);
    }

    @Test
    void anInstanceIdThatIsInUseIsRefusedInWords() {
        create(1);
        CommandRun first = broker.prepare("consume", topic, "--group", group, "--instance-id", "i1");
        CompletableFuture<Result> end = first.start();
        await().until(() -> first.errSoFar().contains("assigned"));
        Result second = consume("--instance-id", "i1");
        first.stop();
        end.join();
        assertThat(second.exitCode()).isEqualTo(ExitCodes.REFUSED);
        assertThat(second.err()).contains("INSTANCE_ID_IN_USE", "Stop the other process");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a b",
                "a --group g --partition 0",
                "a --group g --offset 3",
                "a --instance-id i",
                "a --group g --pattern a.*",
                "--group g",
                "a --group ../x",
                "a --group g --instance-id /",
                "a --group g --session-timeout 500ms",
                "a --group g --session-timeout soon",
                "a --group g --assignor sticky",
                "a --group g --max-messages 0"
            })
    void whatDoesNotFitTogetherIsAMistakeOnTheCommandLine(String line) {
        Result refused = broker.run(
                Stream.of(("consume " + line + " --exit-at-end").split(" ", -1)).toArray(String[]::new));
        assertThat(refused.exitCode()).as(refused.err()).isEqualTo(ExitCodes.USAGE);
        assertThat(refused.err()).startsWith("error: ").doesNotContain("\tat ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"100ms", "31m"})
    void aSessionTimeoutOutOfBoundsIsNamedAsTheOptionIs(String time) {
        assertThat(consume("--session-timeout", time).err())
                .startsWith("error: --session-timeout is 1s to 30m, not ")
                .doesNotContain("sessionTimeoutMs", "Names are");
    }

    @Test
    void anAssignorThatThereIsNotIsToldOnceWhichThereAre() {
        assertThat(consume("--assignor", "sticky").err())
                .startsWith("error: Invalid value for option '--assignor': 'sticky' is none of uniform, range,"
                        + " round-robin\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"uniform", "range", "round-robin"})
    void anAssignorIsNamedAsTheHelpNamesIt(String assignor) {
        create(1);
        broker.produce(topic, "1\n");
        assertThat(consume("--exit-at-end", "--assignor", assignor).text()).isEqualTo("1\n");
        assertThat(broker.run("consume", "--help").text().replaceAll("\\s+", " "))
                .contains("uniform, range, round-robin");
    }

    private void create(int partitions) {
        Result created = broker.run("topic", "create", topic, "--partitions", String.valueOf(partitions));
        assertThat(created.exitCode()).as(created.err()).isZero();
    }

    private Result consume(String... more) {
        return member(group, more, topic);
    }

    private static Result member(String group, String[] more, String... what) {
        String[] args = Stream.of(
                        Stream.of("consume"), Arrays.stream(what), Stream.of("--group", group), Arrays.stream(more))
                .flatMap(part -> part)
                .toArray(String[]::new);
        return broker.run(args);
    }

    private String committed() {
        return broker.run("offsets", "get", group).text();
    }
}
