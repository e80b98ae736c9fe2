package io.millrace.cli.group;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.cli.shell.CommandFailure;
import io.millrace.cli.shell.Console;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ConfirmationTest {
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @ParameterizedTest
    @ValueSource(strings = {"y\n", "Yes\n", " y \r\n"})
    void onlyAYesIsAYes(String answer) throws IOException {
        Confirmation.ask(answering(answer), "Delete it?");
        assertThat(err.toString(StandardCharsets.UTF_8)).isEqualTo("Delete it? [y/N] ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "n\n", "yikes\n"})
    void everythingElseIsANo(String answer) {
        assertThatThrownBy(() -> Confirmation.ask(answering(answer), "Delete it?"))
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("nothing changed");
    }

    private Console answering(String answer) {
        return new Console(
                new ByteArrayInputStream(answer.getBytes(StandardCharsets.UTF_8)),
                new PrintStream(new ByteArrayOutputStream(), false, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }
}
