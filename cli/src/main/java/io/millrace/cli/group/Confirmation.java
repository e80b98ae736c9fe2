package io.millrace.cli.group;

import io.millrace.cli.shell.CommandFailure;
import io.millrace.cli.shell.Console;
import io.millrace.cli.shell.Terminal;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import picocli.CommandLine.Option;

/** Asks before something is changed; mix it in with {@code @Mixin}. */
final class Confirmation {
    private static final Set<String> AGREED = Set.of("y", "yes");

    @Option(names = "--yes", description = "Do not ask. Needed where there is no terminal, and so nobody to be asked.")
    private boolean isGiven;

    /** Asks unless that is not wanted; throws {@link CommandFailure} unless the user agrees. */
    void require(Console console, String question) throws IOException {
        if (mustAsk("Add --yes.")) {
            ask(console, question);
        }
    }

    /**
     * Throws {@link CommandFailure} where somebody has to be asked and nobody can be.
     *
     * @param otherwise what to do then
     */
    boolean mustAsk(String otherwise) {
        if (!isGiven && !Terminal.isThere()) {
            throw CommandFailure.usage("nothing changed: there is no terminal on which to ask", otherwise);
        }
        return !isGiven;
    }

    /** The question goes to stderr: stdout belongs to results. */
    static void ask(Console console, String question) throws IOException {
        console.err().print(question + " [y/N] ");
        console.err().flush();
        BufferedReader in = new BufferedReader(new InputStreamReader(console.in(), StandardCharsets.UTF_8));
        String answer = in.readLine();
        if (answer == null || !AGREED.contains(answer.strip().toLowerCase(Locale.ROOT))) {
            throw CommandFailure.failed("nothing changed: not agreed to", "");
        }
    }
}
