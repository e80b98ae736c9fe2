package io.millrace.cli.cluster;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.util.List;
import java.util.Set;

/** Sends signals by name; the JDK itself knows only two of them. */
final class Signals {
    private static final Set<String> MEANT_TO_END = Set.of("KILL", "TERM", "INT", "QUIT", "ABRT");

    private Signals() {}

    /** Whether the system took it. */
    static boolean send(String signal, ProcessHandle process) throws IOException, InterruptedException {
        return new ProcessBuilder(List.of(
                                "/bin/sh", "-c", "kill -s \"$1\" \"$2\"", "sh", signal, Long.toString(process.pid())))
                        .redirectErrorStream(true)
                        .redirectOutput(Redirect.DISCARD)
                        .start()
                        .waitFor()
                == 0;
    }

    static boolean isMeantToEnd(String signal) {
        return MEANT_TO_END.contains(signal);
    }
}
