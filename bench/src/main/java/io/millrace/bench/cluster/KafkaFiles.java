package io.millrace.bench.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The configuration of Kafka's processes: its defaults, but for what a local cluster of three needs, and what is said here. */
final class KafkaFiles {
    private final Path root;

    KafkaFiles(Path root) throws IOException {
        this.root = Files.createDirectories(root);
        writeLogging();
    }

    Path dataDirectory(int brokerId) {
        return root.resolve("broker-" + brokerId);
    }

    Path logging() {
        return root.resolve("log4j.properties");
    }

    /** To standard error, which goes to the process's log. */
    private void writeLogging() throws IOException {
        write("log4j.properties", """
                log4j.rootLogger=INFO, stderr
                log4j.appender.stderr=org.apache.log4j.ConsoleAppender
                log4j.appender.stderr.target=System.err
                log4j.appender.stderr.layout=org.apache.log4j.PatternLayout
                log4j.appender.stderr.layout.ConversionPattern=[%d] %p %m (%c)%n
                """);
    }

    Path zookeeper(int port) throws IOException {
        return write("zookeeper.properties", """
                dataDir=%s
                clientPort=%d
                clientPortAddress=127.0.0.1
                maxClientCnxns=0
                admin.enableServer=false
                """.formatted(root.resolve("zookeeper"), port));
    }

    /** Deletes files at once and not after a minute: else it would do so in the middle of the other side's turn. */
    Path broker(int brokerId, int port, int zookeeperPort) throws IOException {
        return write("broker-" + brokerId + ".properties", """
                broker.id=%d
                listeners=PLAINTEXT://127.0.0.1:%d
                log.dirs=%s
                zookeeper.connect=127.0.0.1:%d
                auto.create.topics.enable=false
                min.insync.replicas=%d
                offsets.topic.replication.factor=%d
                log.segment.delete.delay.ms=500
                """.formatted(
                        brokerId, port, dataDirectory(brokerId), zookeeperPort, Cluster.MIN_INSYNC, Cluster.BROKERS));
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(root.resolve(name), text);
    }
}
