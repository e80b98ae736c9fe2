package io.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.cli.CommandRun.Result;
import io.millrace.cli.shell.ExitCodes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code millrace group} refuses before it asks a broker. */
final class GroupMistakesTest {
    @TempDir
    private static Path directory;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "no json",
                "{}",
                "[]",
                "[1]",
                "[{\"topic\":\"t\",\"partition\":0,\"offset\":\"4\"}]",
                "[{\"topic\":\"t\",\"partition\":0.5,\"offset\":4}]"
            })
    void aFileThatHoldsNoOffsetsIsRefusedInWords(String content) throws IOException {
        Path file = Files.writeString(directory.resolve("bad.json"), content);
        Result refused = CommandRun.run("group", "reset-offsets", "g", "--to-offsets", file.toString(), "--yes");
        assertThat(refused.exitCode()).as(refused.err()).isEqualTo(ExitCodes.USAGE);
        assertThat(refused.err())
                .contains("bad.json", "offsets get GROUP -o json")
                .doesNotContain("\tat ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "reset-offsets g",
                "reset-offsets g --to-latest --to-earliest",
                "reset-offsets g --to-latest",
                "reset-offsets g --to-time yesterday --yes",
                "reset-offsets g --shift-by far --yes",
                "reset-offsets g --to-latest --yes --topic t:1;2",
                "reset-offsets g --undo --yes --topic t",
                "delete g",
                "delete-offsets g --topic t",
                "delete-offsets g --yes"
            })
    void whatIsNotClearOrNotAgreedToIsAMistakeOnTheCommandLine(String line) {
        Result refused = CommandRun.run(("group " + line).split(" ", -1));
        assertThat(refused.exitCode()).as(refused.err()).isEqualTo(ExitCodes.USAGE);
        assertThat(refused.err()).startsWith("error: ").doesNotContain("\tat ", "Error: ");
    }
}
