package io.millrace.cli;

import io.millrace.cli.shell.Console;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;

/** One run of the command inside the test's process, with streams of its own. */
final class CommandRun {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Console console;
    private final String[] args;

    private CommandRun(byte[] in, String[] args) {
        this.console = new Console(
                new ByteArrayInputStream(in),
                new PrintStream(out, false, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
        this.args = args;
    }

    /** What a finished run left behind. */
    static final class Result {
        private final int exitCode;
        private final byte[] out;
        private final String err;

        private Result(int exitCode, byte[] out, String err) {
            this.exitCode = exitCode;
            this.out = out;
            this.err = err;
        }

        int exitCode() {
            return exitCode;
        }

        byte[] out() {
            return out.clone();
        }

        String text() {
            return new String(out, StandardCharsets.UTF_8);
        }

        String err() {
            return err;
        }
    }

    static Result run(String... args) {
        return runWith(new byte[0], args);
    }

    static Result runWith(byte[] in, String... args) {
        return new CommandRun(in, args).toEnd();
    }

    /** For commands that run until they are stopped. */
    static CommandRun prepare(String... args) {
        return new CommandRun(new byte[0], args);
    }

    CompletableFuture<Result> start() {
        return CompletableFuture.supplyAsync(this::toEnd);
    }

    void stop() {
        console.stop().request();
    }

    String textSoFar() {
        return out.toString(StandardCharsets.UTF_8);
    }

    String errSoFar() {
        return err.toString(StandardCharsets.UTF_8);
    }

    private Result toEnd() {
        int exitCode = Main.run(console, args);
        return new Result(exitCode, out.toByteArray(), err.toString(StandardCharsets.UTF_8));
    }
}
