package io.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.cli.CommandRun.Result;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What docs/consumer-groups.md walks through. */
@Timeout(120)
final class GroupWalkthroughTest {
    @TempDir
    private static Path directory;

    private static RealBroker broker;

    @BeforeAll
    static void start() throws Exception {
        broker = new RealBroker(directory);
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @Test
    void ofFourConsumersOnThreePartitionsOneWaitsAndTakesThePartitionOfOneThatDies() throws Exception {
        broker.run("topic", "create", "walk", "--partitions", "3");
        RawMember mortal = new RawMember(broker.endpoint(), "walkers", "walk", "mortal");
        List<CommandRun> consumers = new ArrayList<>();
        List<CompletableFuture<Result>> ends = new ArrayList<>();
        for (String name : List.of("b", "c", "d")) {
            CommandRun consumer = broker.prepare("consume", "walk", "--group", "walkers", "--client-id", name);
            consumers.add(consumer);
            ends.add(consumer.start());
        }
        await().atMost(Duration.ofSeconds(40)).until(() -> isStable(4));
        Map<String, String> before = shares();
        assertThat(before.values()).containsExactlyInAnyOrder("0", "1", "2", "");
        // The one that was alone had all three, and keeps one.
        assertThat(before.get("")).isNotEmpty();
        String waiting = nameOf(before, "");
        CommandRun spare = consumers.get(List.of("b", "c", "d").indexOf(waiting));
        await().atMost(Duration.ofSeconds(40))
                .until(() -> spare.errSoFar().endsWith("no partition to read: waiting for one\n"));
        mortal.die();
        await().atMost(Duration.ofSeconds(40)).until(() -> isStable(3));
        Map<String, String> after = new LinkedHashMap<>(before);
        after.put(waiting, before.get(""));
        after.remove("");
        assertThat(shares()).isEqualTo(after);
        await().atMost(Duration.ofSeconds(40))
                .until(() -> spare.errSoFar().endsWith("assigned walk-" + before.get("") + "\n"));
        consumers.forEach(CommandRun::stop);
        ends.forEach(end -> assertThat(end.join().exitCode()).isZero());
    }

    @Test
    void aConsumerThatHasReadFourRecordsComesBackAndGetsTheFifth() {
        broker.run("topic", "create", "four");
        broker.produce("four", "0\n1\n2\n3\n4\n5\n6\n");
        assertThat(read("4").text()).isEqualTo("0 1 2 3 ");
        assertThat(broker.run("offsets", "get", "back").text()).containsPattern("four +0 +4 ");
        assertThat(read("2").text()).isEqualTo("4 5 ");
    }

    private static Result read(String count) {
        return broker.run("consume", "four", "--group", "back", "--max-messages", count, "--format", "%o ");
    }

    private static boolean isStable(int members) throws IOException {
        JsonNode group = describe();
        return group.path("state").asText().equals("stable")
                && group.path("members").size() == members;
    }

    private static JsonNode describe() throws IOException {
        return new ObjectMapper()
                .readTree(
                        broker.run("group", "describe", "walkers", "-o", "json").out());
    }

    /** Of each client, the partitions that it reads. */
    private static Map<String, String> shares() throws IOException {
        Map<String, String> shares = new LinkedHashMap<>();
        for (JsonNode member : describe().path("members")) {
            List<String> partitions = new ArrayList<>();
            member.at("/assigned/0/partitions").forEach(partition -> partitions.add(partition.asText()));
            shares.put(member.path("clientId").asText(), String.join(" ", partitions));
        }
        return shares;
    }

    private static String nameOf(Map<String, String> shares, String share) {
        return shares.entrySet().stream()
                .filter(one -> one.getValue().equals(share))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElseThrow();
    }
}
