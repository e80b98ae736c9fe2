package io.millrace.lab.run;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Runs commands of the system. */
final class Shell {
    private Shell() {}

    /** Returns once it has ended well; fails with what it said otherwise. */
    static void run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", List.of(command)) + ": " + said);
        }
    }

    /** Whether the system has a command of this name. */
    static boolean has(String command) throws InterruptedException {
        try {
            run("sh", "-c", "command -v \"$1\"", "sh", command);
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
