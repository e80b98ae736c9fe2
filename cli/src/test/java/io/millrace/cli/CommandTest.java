package io.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.cli.CommandRun.Result;
import io.millrace.cli.shell.Console;
import io.millrace.cli.shell.ExitCodes;
import io.millrace.proto.v1.ElectLeadersRequest;
import io.millrace.proto.v1.ElectLeadersResponse;
import io.millrace.proto.v1.ElectedLeader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

@Timeout(60)
final class CommandTest {
    private final MemoryBroker broker = new MemoryBroker();

    @AfterEach
    void close() {
        broker.close();
    }

    static Stream<CommandLine> leafCommands() {
        Console console = new Console(
                InputStream.nullInputStream(),
                new PrintStream(new ByteArrayOutputStream()),
                new PrintStream(new ByteArrayOutputStream()));
        return leaves(Main.commandLine(console));
    }

    private static Stream<CommandLine> leaves(CommandLine command) {
        return command.getSubcommands().isEmpty()
                ? Stream.of(command)
                : command.getSubcommands().values().stream().flatMap(CommandTest::leaves);
    }

    @ParameterizedTest
    @MethodSource("leafCommands")
    void everyCommandShowsAnExampleAndTheVersion(CommandLine command) {
        assertThat(command.getUsageMessage())
                .contains("Example:", "  " + command.getCommandSpec().qualifiedName());
        assertThat(command.getCommandSpec().version()).containsExactly("millrace 0.1.0");
    }

    @ParameterizedTest
    @MethodSource("leafCommands")
    void everyCommandThatHasAResultTakesAnOutputFormat(CommandLine command) {
        // A broker has none: what it writes is a log.
        boolean hasResult = !command.getCommandName().equals("broker");
        assertThat(command.getCommandSpec().findOption("--output") != null).isEqualTo(hasResult);
    }

    @Test
    void anExampleInHelpCanBePastedAsItIs() {
        assertThat(CommandRun.run("consume", "--help").text())
                .contains("--max-messages 10 --format '%p %o %T %k: %s\\n'");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"topic list", "consume orders", "consume orders --group g", "consume --pattern o.* --group g"})
    void whereNoBrokerAnswersTheMessageSaysWhatWasTriedAndHowToStartOne(String line) throws IOException {
        // Bound and not listening, so that connections are refused and nobody else is given the port meanwhile.
        try (Socket held = new Socket()) {
            held.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            String address = "127.0.0.1:" + held.getLocalPort();
            Result result = CommandRun.run((line + " --bootstrap " + address).split(" ", -1));
            assertThat(result.exitCode()).isEqualTo(ExitCodes.UNREACHABLE);
            assertThat(result.err()).contains(address + ": Connection refused", "millrace cluster up");
        }
    }

    @Test
    void aWrongCommandLineSaysWhatIsWrongInsteadOfEverythingElse() {
        Result result = CommandRun.run("topic", "create", "a", "--partition", "6");
        assertThat(result.exitCode()).isEqualTo(ExitCodes.USAGE);
        assertThat(result.err()).contains("--partition", "millrace topic create --help");
        assertThat(result.err().lines()).hasSizeLessThan(5);
    }

    @ParameterizedTest
    @CsvSource({"--offset, 9223372036854775807", "--partition, 2147483647"})
    void anOptionThatTakesANumberSaysSoToWhoGivesNone(String option, String max) {
        Result result = CommandRun.run("consume", "t", option, "first");
        assertThat(result.exitCode()).isEqualTo(ExitCodes.USAGE);
        assertThat(result.err()).contains(option, "'first' is not a whole number of at most " + max);
    }

    @Test
    void aClusterCommandThatFindsNoClusterNamesTheDirectoryItLookedIn(@TempDir Path folder) {
        Result result = CommandRun.run("cluster", "kill", "1", "--dir", folder.toString());
        assertThat(result.exitCode()).isEqualTo(ExitCodes.FAILED);
        assertThat(result.err()).contains("no cluster was started in " + folder, "--dir");
    }

    @Test
    void anAddressWithoutAPortIsAMistakeOnTheCommandLine() {
        Result result = CommandRun.run("topic", "list", "--bootstrap", "localhost");
        assertThat(result.exitCode()).isEqualTo(ExitCodes.USAGE);
        assertThat(result.err()).contains("'localhost'");
    }

    @Test
    void aRefusalSaysWhyAndWhatHelps() {
        broker.create("t", 1);
        Result result = run("topic", "create", "t");
        assertThat(result.exitCode()).isEqualTo(ExitCodes.REFUSED);
        assertThat(result.err()).contains("TOPIC_EXISTS", "millrace topic delete NAME");
    }

    @Test
    void creatingATopicPrintsWhatWasChosen() throws IOException {
        Result text = run("topic", "create", "t", "--partitions", "6", "--durability", "replicated");
        assertThat(text.text()).contains("partitions: 6", "replicationFactor: 3", "durability: replicated");
        assertThat(broker.logs("t")).hasSize(6);
        JsonNode json = json(run("topic", "create", "u", "-o", "json"));
        assertThat(json.get("partitions").intValue()).isEqualTo(1);
        assertThat(json.get("durability").textValue()).isEqualTo("fsync");
    }

    @Test
    void describeShowsEachPartitionsLeaderAndEnds() throws IOException {
        broker.create("t", 2);
        CommandRun.runWith(
                new byte[] {'a', '\n'}, "produce", "t", "--partition", "1", "--bootstrap", broker.endpoint());
        List<String> lines =
                run("topic", "describe", "t").text().lines().map(String::strip).toList();
        assertThat(lines).anySatisfy(line -> assertThat(line).matches("0 +1 +1 +1 +1 +2 +0 +0"));
        assertThat(lines).anySatisfy(line -> assertThat(line).matches("1 +1 +1 +1 +1 +2 +0 +1"));
        assertThat(lines).contains("Survives: nothing but the test");
        assertThat(lines).anySatisfy(line -> assertThat(line).matches("maxBatchBytes +10000 +topic"));
        JsonNode json = json(run("topic", "describe", "t", "-o", "json"));
        assertThat(json.at("/partitions/1/latest").longValue()).isEqualTo(1);
    }

    @Test
    void aDeletedTopicIsNoLongerListed() {
        broker.create("t", 1);
        broker.create("u", 2);
        run("topic", "delete", "t");
        assertThat(run("topic", "list").text()).contains("u ").doesNotContain("\nt ");
        assertThat(run("topic", "delete", "t").exitCode()).isEqualTo(ExitCodes.REFUSED);
    }

    @Test
    void anElectionThatMayLoseRecordsHasToBeWanted() {
        broker.create("t", 1);
        Result result = run("topic", "elect", "t");
        assertThat(result.exitCode()).isEqualTo(ExitCodes.USAGE);
        assertThat(result.err()).contains("acknowledged records", "--unclean");
        assertThat(broker.elections).isEmpty();
    }

    @Test
    void anUncleanElectionSaysWhoLeadsWhatNowAndWhatThatMayCost() throws IOException {
        broker.create("t", 4);
        broker.election = ElectLeadersResponse.newBuilder()
                .addElected(ElectedLeader.newBuilder()
                        .setPartition(3)
                        .setBrokerId(2)
                        .setLeaderEpoch(7))
                .build();
        Result text = run("topic", "elect", "t", "--partition", "3", "--unclean");
        assertThat(text.exitCode()).isEqualTo(ExitCodes.OK);
        assertThat(text.text().lines().map(String::strip))
                .anySatisfy(line -> assertThat(line).matches("3 +2 +7"));
        assertThat(text.text()).contains("Acknowledged records that these leaders do not have are lost");
        assertThat(broker.elections)
                .containsExactly(ElectLeadersRequest.newBuilder()
                        .setTopic("t")
                        .setPartition(3)
                        .setUnclean(true)
                        .build());
        JsonNode json = json(run("topic", "elect", "t", "--unclean", "-o", "json"));
        assertThat(json.at("/elected/0/partition").intValue()).isEqualTo(3);
        assertThat(json.at("/elected/0/leader").intValue()).isEqualTo(2);
        assertThat(json.at("/acknowledgedRecordsMayBeLost").booleanValue()).isTrue();
        assertThat(broker.elections.get(1).hasPartition()).isFalse();
    }

    @Test
    void anUncleanElectionThatLeavesPartitionsOutHasNotDoneItsWork() {
        broker.create("t", 4);
        broker.election = ElectLeadersResponse.newBuilder()
                .addElected(ElectedLeader.newBuilder().setPartition(0).setBrokerId(2))
                .addWithoutLiveReplica(3)
                .build();
        Result result = run("topic", "elect", "t", "--unclean");
        assertThat(result.exitCode()).isEqualTo(ExitCodes.FAILED);
        assertThat(result.err()).contains("No replica is live of partition 3");
    }

    @Test
    void anElectionThatIsNotNeededIsRefusedAndSaysWhatHelps() {
        broker.create("t", 1);
        Result result = run("topic", "elect", "t", "--unclean");
        assertThat(result.exitCode()).isEqualTo(ExitCodes.REFUSED);
        assertThat(result.err()).contains("ELECTION_NOT_NEEDED", "under its old id on an empty directory");
    }

    @Test
    void anElectionOfAPartitionThatATopicLacksDoesNotAdviseToCreateTheTopic() {
        broker.create("t", 4);
        Result result = run("topic", "elect", "t", "--partition", "6", "--unclean");
        assertThat(result.exitCode()).isEqualTo(ExitCodes.REFUSED);
        assertThat(result.err()).contains("UNKNOWN_TOPIC", "topic describe").doesNotContain("topic create");
    }

    @Test
    void aCommittedOffsetCanBeReadBack() throws IOException {
        broker.create("t", 2);
        assertThat(run("offsets", "get", "g").err()).contains("committed nothing");
        assertThat(run("offsets", "commit", "g", "t", "1", "42").exitCode()).isEqualTo(ExitCodes.OK);
        JsonNode json = json(run("offsets", "get", "g", "t", "-o", "json"));
        assertThat(json.at("/0/partition").intValue()).isEqualTo(1);
        assertThat(json.at("/0/offset").longValue()).isEqualTo(42);
        assertThat(json.at("/0/topicId").textValue()).isEqualTo("id-of-t");
        assertThat(run("offsets", "commit", "g", "t", "1", "-1").exitCode()).isEqualTo(ExitCodes.USAGE);
    }

    private Result run(String... args) {
        String[] all = Stream.concat(Stream.of(args), Stream.of("--bootstrap", broker.endpoint()))
                .toArray(String[]::new);
        return CommandRun.run(all);
    }

    private static JsonNode json(Result result) throws IOException {
        return new ObjectMapper().readTree(result.out());
    }
}
