package io.millrace.cli.cluster;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Starts processes that live on when this one ends, and that a ^C at this one's terminal does not reach. */
final class DetachedProcess {
    // Where there is no setsid (macOS): the process stays in the terminal's session, deaf to what the terminal sends.
    private static final List<String> IGNORING_THE_TERMINAL =
            List.of("/bin/sh", "-c", "trap '' HUP INT QUIT; exec \"$@\"", "sh");

    private DetachedProcess() {}

    /** Output and errors are appended to {@code log}; there is nothing to read from. */
    static Process start(List<String> command, Map<String, String> environment, Path workingDirectory, Path log)
            throws IOException {
        Files.createDirectories(log.getParent());
        List<String> line = new ArrayList<>(isInPath("setsid") ? List.of("setsid") : IGNORING_THE_TERMINAL);
        line.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(line)
                .directory(workingDirectory.toFile())
                .redirectInput(Redirect.from(new File("/dev/null")))
                .redirectErrorStream(true)
                .redirectOutput(Redirect.appendTo(log.toFile()));
        // Settings in the environment would reach all brokers alike; each has a file of its own.
        builder.environment().keySet().removeIf(name -> name.startsWith("MILLRACE_"));
        builder.environment().putAll(environment);
        return builder.start();
    }

    private static boolean isInPath(String command) {
        String path = System.getenv("PATH");
        return path != null
                && Stream.of(path.split(File.pathSeparator, -1))
                        .anyMatch(folder -> Files.isExecutable(Path.of(folder, command)));
    }
}
