package io.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.cli.shell.ExitCodes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the laboratory's commands cannot do they say at once, and begin nothing. */
final class LabRefusalsTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({
        "--rate, 0, --rate is 1 or more",
        "--partitions, 0, --partitions is 1 or more",
        "--record-bytes, 19, --record-bytes is 20 or more",
        "--replication-factor, 4, --replication-factor is 1 to 3",
        "--replication-factor, 0, --replication-factor is 1 to 3",
        "--brokers, 0, 1 to 100 brokers",
        "--zookeepers, 0, 1 to 100 ZooKeeper servers",
        "--zookeepers, 2, has to be odd",
        "--faults, 'none,kill', none goes with no other fault",
        "--faults, nonsense, there is no fault 'nonsense'",
        "--history, FOLDER/no/run.jsonl, there is no directory",
        "--history, FOLDER, is a directory",
        "--report, FOLDER/no/run.html, there is no directory",
        "--report, FOLDER, is a directory",
    })
    void aRunThatCannotBeIsRefusedBeforeAnythingIsMade(String option, String value, String words) {
        Path dir = folder.resolve("lab");

        CommandRun.Result run = CommandRun.run(
                "lab",
                "run",
                "--duration",
                "1s",
                "--dir",
                dir.toString(),
                option,
                value.replace("FOLDER", folder.toString()));

        assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCodes.USAGE);
        assertThat(run.err()).contains(words);
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void whatAKilledRunLeftInANamedDirectoryIsToldWithTheLineThatRemovesIt() throws IOException {
        Files.writeString(folder.resolve("run.lock"), "/elsewhere/run.jsonl\n");

        CommandRun.Result run = CommandRun.run("lab", "run", "--faults", "none", "--dir", folder.toString());

        assertThat(run.exitCode()).isEqualTo(ExitCodes.USAGE);
        assertThat(run.err())
                .contains(
                        "a run that died has left " + folder + " behind",
                        "Remove it with: for d in " + folder,
                        "fsfreeze -u",
                        "millrace cluster down --dir " + folder,
                        "rm -r " + folder + " /elsewhere/run.jsonl");
    }

    @Test
    void seedsThatRunOutAreRefused() {
        CommandRun.Result run =
                CommandRun.run("lab", "simulate", "--seed", "9223372036854775807", "--seeds", "2", "--events", "1");

        assertThat(run.exitCode()).isEqualTo(ExitCodes.USAGE);
        assertThat(run.err()).contains("not 2 seeds from --seed 9223372036854775807");
    }

    @Test
    void aHistoryWithoutEventsProvesNothing() throws IOException {
        CommandRun.Result run = check(Files.createFile(folder.resolve("run.jsonl")));

        assertThat(run.exitCode()).isEqualTo(ExitCodes.FAILED);
        assertThat(run.err()).contains("no events", "proves nothing");
        assertThat(run.text()).doesNotContain("nothing found");
    }

    @Test
    void aHistoryThatIsNotThereIsSaidNotToBeThere() {
        Path nosuch = folder.resolve("nosuch");

        CommandRun.Result run = check(nosuch);

        assertThat(run.exitCode()).isEqualTo(ExitCodes.FAILED);
        assertThat(run.err()).contains("no such file: " + nosuch);
    }

    @Test
    void aLineThatIsNoEventIsNamed() throws IOException {
        List<String> lines = new ArrayList<>();
        lines.add("{\"t\":\"topic-gone\",\"at\":[\"b\",1,1],\"topic\":\"main\"}");
        lines.add("{\"t\":\"produce\",\"at\":null,\"op\":null}");
        lines.add(lines.get(0));

        CommandRun.Result run = check(Files.write(folder.resolve("run.jsonl"), lines));

        assertThat(run.exitCode()).isEqualTo(ExitCodes.FAILED);
        assertThat(run.err()).contains("run.jsonl:2: not an event");
    }

    private static CommandRun.Result check(Path file) {
        return CommandRun.run("lab", "check", file.toString());
    }
}
