package io.millrace.cli.cluster;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command line of one member: this very command, in a JVM of its own. */
final class ServerCommandLine {
    // As deploy/millrace gives them to a server in the foreground.
    private static final List<String> BROKER_FLAGS = List.of("-Xms256m", "-Xmx512m", "-XX:+UseG1GC");
    private static final List<String> ZOOKEEPER_FLAGS = List.of("-Xms32m", "-Xmx256m", "-XX:+UseSerialGC");
    // What runs only at start is not worth compiling: with it three brokers on two cores take 9 s to serve, not 6.
    private static final String COMPILE_LATER = "-XX:CompileThresholdScaling=8";
    // Else the JVM writes its statistics to a mapped file, and stops all threads while the disk is too busy for that.
    private static final String NO_MAPPED_STATISTICS = "-XX:+PerfDisableSharedMem";
    // A process that is killed keeps its connections until the kernel has taken its memory apart: 30 ms in small pages,
    // 8 in
    // large ones, and until then nobody can know. The option is of Linux only.
    private static final String LARGE_PAGES = "-XX:+UseTransparentHugePages";
    // By name: the root command knows its subcommands, and they must not know it in turn.
    private static final String MAIN_CLASS = "io.millrace.cli.Main";
    private static final int FIRST_JDK_THAT_ASKS_FOR_NATIVE_ACCESS = 22;

    private final ClusterDirectory directory;
    private final Layout layout;

    ServerCommandLine(ClusterDirectory directory, Layout layout) {
        this.directory = directory;
        this.layout = layout;
    }

    List<String> of(Member member, ClassPath classPath) {
        List<String> line = new ArrayList<>();
        line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        line.addAll(member.isBroker() ? BROKER_FLAGS : ZOOKEEPER_FLAGS);
        if (member.isBroker() && System.getProperty("os.name").startsWith("Linux")) {
            line.add(LARGE_PAGES);
        }
        line.add(COMPILE_LATER);
        line.add(NO_MAPPED_STATISTICS);
        line.add("-XX:+ExitOnOutOfMemoryError");
        line.add("-Dmillrace.log.level=INFO");
        if (Runtime.version().feature() >= FIRST_JDK_THAT_ASKS_FOR_NATIVE_ACCESS) {
            line.add("--enable-native-access=ALL-UNNAMED");
        }
        line.addAll(List.of("-cp", classPath.text(), MAIN_CLASS));
        line.addAll(member.isBroker() ? broker(member) : zookeeper(member));
        return line;
    }

    private List<String> broker(Member broker) {
        return List.of("broker", "--config", directory.brokerConfig(broker).toString());
    }

    private List<String> zookeeper(Member server) {
        List<String> arguments = new ArrayList<>(List.of(
                "zookeeper",
                "--data-dir",
                directory.dataDir(server).toString(),
                "--client-port",
                Integer.toString(layout.clientPort(server))));
        if (layout.isEnsemble()) {
            arguments.addAll(
                    List.of("--server-id", Integer.toString(server.number()), "--ensemble", layout.ensemble()));
        }
        return arguments;
    }
}
