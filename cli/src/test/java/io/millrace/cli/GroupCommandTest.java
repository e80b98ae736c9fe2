package io.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.cli.CommandRun.Result;
import io.millrace.cli.shell.ExitCodes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code millrace group} with a real broker. Each test has a group that has read 4 of 5 records, and all of another partition. */
@Timeout(120)
final class GroupCommandTest {
    private static final AtomicInteger NUMBER = new AtomicInteger();

    @TempDir
    private static Path directory;

    private static RealBroker broker;

    private final String topic = "t" + NUMBER.incrementAndGet();
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
        good(broker.run("topic", "create", topic, "--partitions", "2"));
        good(broker.produce(topic, "0\n1\n2\n3\n4\n", "--partition", "0"));
        good(broker.produce(topic, "a\nb\n", "--partition", "1"));
        good(broker.run("offsets", "commit", group, topic, "0", "4"));
        good(broker.run("offsets", "commit", group, topic, "1", "2"));
    }

    @Test
    void aGroupIsListedAndDescribedWithItsLag() throws IOException {
        assertThat(broker.run("group", "list").text()).containsPattern(group + " +0 +\\d+ +1\n");
        String text = broker.run("group", "describe", group).text();
        assertThat(text)
                .contains("Group " + group + ": empty", "coordinated by broker 1", "Total lag: 1 record\n")
                .containsPattern(topic + " +0 +4 +5 +1 +\\d+\\.\\d s +-\n")
                .containsPattern(topic + " +1 +2 +2 +0 +0.0 s +-\n");
        JsonNode json = describe();
        assertThat(json.path("totalLag").asLong()).isEqualTo(1);
        assertThat(json.at("/partitions/0/committed").asLong()).isEqualTo(4);
        assertThat(json.at("/partitions/0/end").asLong()).isEqualTo(5);
    }

    @Test
    void aMemberIsDescribedByWhatItSaidOfItself() throws IOException {
        CommandRun member = broker.prepare(
                "consume",
                topic,
                "--group",
                group,
                "--client-id",
                "who",
                "--instance-id",
                "i-7",
                "--assignor",
                "range");
        CompletableFuture<Result> end = member.start();
        await().until(() -> describe().at("/members/0/assigned/0/partitions").size() == 2);
        String text = broker.run("group", "describe", group).text();
        assertThat(text)
                .contains("stable", "assignor range")
                .containsPattern(
                        "[\\w-]{22} +who +i-7 +127\\.0\\.0\\.1 +\\d+\\.\\d s +" + topic + "-0 " + topic + "-1 +-\n");
        member.stop();
        good(end.join());
    }

    @Test
    void aWatchShowsItAgainAndAgainUntilItIsStopped() {
        CommandRun watch = broker.prepare("group", "describe", group, "--watch");
        CompletableFuture<Result> end = watch.start();
        await().until(() -> watch.textSoFar().split("Total lag: 1 record", -1).length > 2);
        good(broker.run("offsets", "commit", group, topic, "0", "5"));
        await().until(() -> watch.textSoFar().contains("Total lag: 0 records"));
        watch.stop();
        assertThat(end.join().exitCode()).isZero();
        // No control characters for what is no terminal.
        assertThat(end.join().text())
                .doesNotContain("\u001b")
                .matches("(?s)\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ\nGroup .*");
    }

    @Test
    void aWatchForProgramsIsAnObjectOnEachLineAlsoWhereThereIsNothingToShow() throws IOException {
        CommandRun watch = broker.prepare("group", "describe", group, "--watch", "-o", "json");
        CompletableFuture<Result> end = watch.start();
        await().until(() -> watch.textSoFar().contains("\"totalLag\":1"));
        good(broker.run("group", "delete", group, "--yes"));
        await().until(() -> watch.textSoFar().contains("UNKNOWN_GROUP"));
        watch.stop();
        for (String line : end.join().text().lines().toList()) {
            JsonNode json = new ObjectMapper().readTree(line);
            assertThat(json.path("time").asText()).as(line).endsWith("Z");
            assertThat(json.has("totalLag")).as(line).isNotEqualTo(json.has("error"));
        }
    }

    @Test
    void aDryRunSaysWhatWouldBeSetAndSetsNothing() {
        Result dry = broker.run("group", "reset-offsets", group, "--to-earliest", "--dry-run");
        assertThat(dry.text())
                .contains("BEFORE")
                .containsPattern(topic + " +0 +4 +0\n")
                .containsPattern(topic + " +1 +2 +0\n");
        assertThat(dry.err()).contains("Nothing was changed");
        assertThat(committed(0)).isEqualTo(4);
    }

    @ParameterizedTest
    @CsvSource({"--to-earliest, 0, 0", "--to-latest, 5, 2", "--shift-by=-3, 1, 0", "--shift-by=1, 5, 2"})
    void aResetSetsAndAnUndoTakesItBack(String target, long first, long second) {
        good(broker.run("group", "reset-offsets", group, target, "--yes"));
        assertThat(committed(0)).isEqualTo(first);
        assertThat(committed(1)).isEqualTo(second);
        good(broker.run("group", "reset-offsets", group, "--undo", "--yes"));
        assertThat(committed(0)).isEqualTo(4);
        assertThat(committed(1)).isEqualTo(2);
    }

    @Test
    void onlyWhatIsNamedIsReset() {
        good(broker.run("group", "reset-offsets", group, "--to-earliest", "--yes", "--topic", topic + ":1"));
        assertThat(committed(0)).isEqualTo(4);
        assertThat(committed(1)).isZero();
    }

    @Test
    void aTimeFindsTheFirstRecordAsLateAsThat() {
        String before = Instant.EPOCH.plusSeconds(1).toString();
        good(broker.run("group", "reset-offsets", group, "--to-time", before, "--yes"));
        assertThat(committed(0)).isZero();
        String after = "2999-01-01T00:00:00+01:00";
        good(broker.run("group", "reset-offsets", group, "--to-time", after, "--yes"));
        assertThat(committed(0)).isEqualTo(5);
    }

    @Test
    void whatWasPrintedOfOffsetsCanBeSetAgain() throws IOException {
        Path file = directory.resolve(group + ".json");
        Files.write(file, broker.run("offsets", "get", group, "-o", "json").out());
        good(broker.run("group", "reset-offsets", group, "--to-earliest", "--yes"));
        good(broker.run("group", "reset-offsets", group, "--to-offsets", file.toString(), "--yes"));
        assertThat(committed(0)).isEqualTo(4);
        assertThat(committed(1)).isEqualTo(2);
    }

    @Test
    void aGroupWithMembersIsNeitherResetNorDeleted() {
        CommandRun member = broker.prepare("consume", topic, "--group", group);
        CompletableFuture<Result> end = member.start();
        await().until(() -> member.errSoFar().contains("assigned"));
        refused("GROUP_NOT_EMPTY", broker.run("group", "reset-offsets", group, "--to-earliest", "--yes"));
        refused("GROUP_NOT_EMPTY", broker.run("group", "delete-offsets", group, "--topic", topic, "--yes"));
        refused("GROUP_NOT_EMPTY", broker.run("group", "delete", group, "--yes"));
        member.stop();
        good(end.join());
    }

    @Test
    void offsetsOfOneTopicAndThenTheGroupAreDeleted() {
        good(broker.run("group", "delete-offsets", group, "--topic", topic, "--yes"));
        assertThat(broker.run("offsets", "get", group).err()).contains("committed nothing");
        good(broker.run("offsets", "commit", group, topic, "0", "1"));
        good(broker.run("group", "delete", group, "--yes"));
        refused("UNKNOWN_GROUP", broker.run("group", "describe", group));
        refused("UNKNOWN_GROUP", broker.run("group", "delete", group, "--yes"));
        refused("UNKNOWN_GROUP", broker.run("group", "reset-offsets", group, "--undo", "--yes"));
    }

    private static void good(Result result) {
        assertThat(result.exitCode()).as(result.err()).isZero();
    }

    private static void refused(String reason, Result result) {
        assertThat(result.exitCode()).as(result.err()).isEqualTo(ExitCodes.REFUSED);
        assertThat(result.err()).contains(reason);
        assertThat(result.err().lines()).hasSize(2);
    }

    private JsonNode describe() throws IOException {
        return new ObjectMapper()
                .readTree(broker.run("group", "describe", group, "-o", "json").out());
    }

    private long committed(int partition) {
        String line = broker.run("offsets", "get", group, topic)
                .text()
                .lines()
                .skip(1 + partition)
                .findFirst()
                .orElseThrow();
        return Long.parseLong(line.split(" +", -1)[2]);
    }
}
