package io.millrace.bench;

import io.millrace.bench.cluster.Cluster;
import io.millrace.bench.cluster.KafkaCluster;
import io.millrace.bench.cluster.MillraceCluster;
import io.millrace.bench.cluster.Processes;
import io.millrace.bench.cluster.Waiting;
import io.millrace.bench.load.Measured;
import io.millrace.bench.load.Payloads;
import io.millrace.bench.load.Stage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Both clusters, up on this machine all the time, so that neither has to warm up again when it is its turn. Only one gets
 * a load; what the other one costs meanwhile is measured and told with each run.
 */
final class TestBed {
    private static final Duration DELETION_LIMIT = Duration.ofMinutes(1);

    private final Path scratch;
    private final Processes processes;
    private final Cluster kafka;
    private final Cluster millrace;
    private int topics;
    private boolean isStopped;

    /** What is done with a topic of its own. */
    @FunctionalInterface
    interface Run {
        Measured on(Stage stage) throws IOException, InterruptedException;
    }

    TestBed(Path scratch, ClassPaths classPaths, Map<String, String> kafkaProducer) throws IOException {
        this.scratch = scratch;
        this.processes = new Processes(scratch.resolve("logs"));
        this.kafka = new KafkaCluster(processes, scratch.resolve("kafka"), classPaths.kafka(), kafkaProducer);
        this.millrace = new MillraceCluster(processes, scratch.resolve("millrace"), classPaths.millrace());
    }

    void start() throws IOException, InterruptedException {
        kafka.start();
        millrace.start();
    }

    Processes processes() {
        return processes;
    }

    Path payloads(int recordBytes) throws IOException {
        return Payloads.file(scratch, recordBytes);
    }

    /** The topic is gone afterwards, from the disk too, and nothing is left to be written back in somebody else's turn. */
    Measured inNewTopic(Contestant contestant, int partitions, Run run) throws IOException, InterruptedException {
        Cluster cluster = contestant.isKafka() ? kafka : millrace;
        Cluster other = contestant.isKafka() ? millrace : kafka;
        topics++;
        String topic = "compare-" + topics;
        cluster.assertOwn();
        cluster.createTopic(topic, partitions, contestant.durability());
        Measured measured = run.on(new Stage(cluster, other, topic));
        cluster.deleteTopic(topic);
        Waiting.until(topic + " is gone from the disk", DELETION_LIMIT, () -> !hasLogs(cluster));
        var unused = processes.run("sync", List.of("sync"));
        return measured;
    }

    private static boolean hasLogs(Cluster cluster) throws IOException {
        for (Path directory : cluster.dataDirectories()) {
            try (Stream<Path> files = Files.walk(directory)) {
                if (files.anyMatch(file -> file.toString().endsWith(".log") && !isOfGroups(file))) {
                    return true;
                }
            } catch (UncheckedIOException e) {
                // A file that is deleted while it is looked at: it was there.
                return true;
            }
        }
        return false;
    }

    /** Kafka's offsets of groups are in a topic that stays. */
    private static boolean isOfGroups(Path file) {
        return file.toString().contains("__consumer_offsets-");
    }

    /** Ends everything that was started here; from any thread, and more than once. */
    void stop() throws IOException, InterruptedException {
        synchronized (this) {
            if (isStopped) {
                return;
            }
            isStopped = true;
        }
        processes.close();
        kafka.stop();
        millrace.stop();
    }
}
