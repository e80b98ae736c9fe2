package io.millrace.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

final class DirectoryOptionsTest {
    @Command(name = "any")
    private static final class AnyCommand {
        @Mixin
        private DirectoryOptions directory = new DirectoryOptions();
    }

    @Test
    void onlyADirectoryThatTheCommandLineNamesHasToBeNamedAgain() {
        assertThat(parsed().isNamed()).isFalse();
        assertThat(parsed().directory().root()).endsWithRaw(Path.of(".millrace", "local"));
        assertThat(parsed("--dir", "x").isNamed()).isTrue();
    }

    private static DirectoryOptions parsed(String... args) {
        AnyCommand command = new AnyCommand();
        new CommandLine(command).parseArgs(args);
        return command.directory;
    }
}
