package io.millrace.bench.cluster;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Processes of this run's own JDK, the same for both sides. */
final class Java {
    /** What {@code millrace cluster up} gives to a broker. */
    static final List<String> BROKER_HEAP = List.of("-Xms256m", "-Xmx512m");

    /** What bin/kafka-producer-perf-test.sh gives, with the collector that the JVM takes by itself on a server. */
    static final List<String> CLIENT_FLAGS = List.of("-Xmx512m", "-XX:+UseG1GC");

    private Java() {}

    static List<String> command(String classPath, List<String> flags, String mainClass, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags);
        command.addAll(List.of("-cp", classPath, mainClass));
        command.addAll(List.of(arguments));
        return command;
    }

    /** User and system time of all of them. A process that has ended counts no more. */
    static Duration cpu(Collection<ProcessHandle> handles) {
        return handles.stream()
                .flatMap(handle -> handle.info().totalCpuDuration().stream())
                .reduce(Duration.ZERO, Duration::plus);
    }
}
