package io.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.cli.CommandRun.Result;
import io.millrace.cli.shell.ExitCodes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is said to help where a real broker refuses: it has to fit what was asked, not the reason alone. */
@Timeout(120)
final class GroupHintsTest {
    private static final AtomicInteger NUMBER = new AtomicInteger();

    @TempDir
    private static Path directory;

    private static RealBroker broker;

    private final String topic = "h" + NUMBER.incrementAndGet();
    private final String group = "readers-of-" + topic;

    @BeforeAll
    static void start() throws Exception {
        broker = new RealBroker(directory);
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @BeforeEach
    void aGroupThatHasCommitted() {
        good("topic", "create", topic, "--partitions", "1");
        broker.produce(topic, "0\n1\n2\n3\n4\n");
        good("offsets", "commit", group, topic, "0", "4");
    }

    @Test
    void anUndoThatWouldTakeBackACommitSaysWhereTheGroupIs() {
        good("group", "reset-offsets", group, "--to-earliest", "--yes");
        good("offsets", "commit", group, topic, "0", "2");
        assertThat(hint("CONFLICT", "reset-offsets", group, "--undo", "--yes"))
                .contains("`millrace offsets get " + group + "`", "--to-offsets")
                .doesNotContain("leader");
    }

    @Test
    void anUndoOfNothingNamesAnotherTarget() {
        assertThat(hint("INVALID_REQUEST", "reset-offsets", group, "--undo", "--yes"))
                .contains("--to-earliest");
    }

    @Test
    void aPartitionThatIsNotThereIsLookedUpInItsTopicAndNotCreated() {
        assertThat(hint("UNKNOWN_TOPIC", "reset-offsets", group, "--to-latest", "--yes", "--topic", topic + ":7"))
                .contains("`millrace topic describe NAME`")
                .doesNotContain("create");
    }

    @Test
    void offsetsThatAreNotThereToBeDeletedAreLookedUpInTheGroup() {
        assertThat(hint("UNKNOWN_TOPIC", "delete-offsets", group, "--topic", "other", "--yes"))
                .isEqualTo("`millrace offsets get " + group + "` shows in which topics it has offsets.");
    }

    @Test
    void offsetsOfANamesakeAreNotSet() throws IOException {
        Path file = directory.resolve(group + ".json");
        Files.write(file, broker.run("offsets", "get", group, "-o", "json").out());
        good("topic", "delete", topic);
        good("topic", "create", topic, "--partitions", "1");
        broker.produce(topic, "a\nb\nc\nd\ne\n");
        assertThat(hint("TOPIC_ID_CHANGED", "reset-offsets", group, "--to-offsets", file.toString(), "--yes"))
                .contains(file.toString(), "an earlier topic of that name");
        assertThat(broker.run("offsets", "get", group).text()).doesNotContain(topic);
    }

    @Test
    void offsetsWithoutATopicIdAreThoseOfTheTopicThatIsThere() throws IOException {
        Path file = offsets(1);
        assertThat(good("group", "reset-offsets", group, "--to-offsets", file.toString(), "--yes")
                        .text())
                .containsPattern(topic + " +0 +4 +1\n");
    }

    @Test
    void anOffsetBeyondTheEndIsToBeChangedInTheFile() throws IOException {
        Path file = offsets(17);
        assertThat(hint("OFFSET_OUT_OF_RANGE", "reset-offsets", group, "--to-offsets", file.toString(), "--yes"))
                .startsWith("Change it in " + file);
    }

    @Test
    void withoutATerminalAResetShowsWhatItHasDone() {
        Result done = good("group", "reset-offsets", group, "--to-earliest", "--yes");
        assertThat(done.text()).contains("BEFORE").containsPattern(topic + " +0 +4 +0\n");
        assertThat(done.err()).isEqualTo("Set.\n");
        Result undone = good("group", "reset-offsets", group, "--undo", "--yes");
        assertThat(undone.text()).contains("BEFORE").containsPattern(topic + " +0 +0 +4\n");
    }

    @Test
    void withoutATerminalAndAYesAResetNamesTheWayToLookFirst() {
        Result refused = broker.run("group", "reset-offsets", group, "--to-earliest");
        assertThat(refused.exitCode()).isEqualTo(ExitCodes.USAGE);
        assertThat(refused.err()).contains("no terminal", "--yes", "--dry-run");
    }

    private Path offsets(long offset) throws IOException {
        return Files.writeString(
                directory.resolve(group + ".json"),
                "[{\"topic\":\"" + topic + "\",\"partition\":0,\"offset\":" + offset + "}]");
    }

    private static Result good(String... args) {
        Result result = broker.run(args);
        assertThat(result.exitCode()).as(result.err()).isZero();
        return result;
    }

    /** The second line of what a refused {@code millrace group} says. */
    private static String hint(String reason, String... args) {
        String[] line = new String[args.length + 1];
        line[0] = "group";
        System.arraycopy(args, 0, line, 1, args.length);
        Result refused = broker.run(line);
        assertThat(refused.exitCode()).as(refused.err()).isEqualTo(ExitCodes.REFUSED);
        assertThat(refused.err()).contains(reason);
        return refused.err().lines().skip(1).findFirst().orElseThrow();
    }
}
