package io.millrace.bench.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.client.MillraceClient;
import io.millrace.proto.v1.CreateTopicRequest;
import io.millrace.proto.v1.GetMetadataResponse;
import io.millrace.proto.v1.LatestPosition;
import io.millrace.proto.v1.ListOffsetsRequest;
import io.millrace.proto.v1.Partition;
import io.millrace.proto.v1.TopicConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Millrace, as {@code millrace cluster up} runs it. */
public final class MillraceCluster implements Cluster {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(30);
    private static final String MAIN_CLASS = "io.millrace.cli.Main";
    private static final String DOWN = "down";
    private static final String LOG = "millrace-cluster";
    /** As deploy/millrace gives them to a command that ends soon. */
    private static final List<String> COMMAND_FLAGS = List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");
    // Of `millrace cluster up --base-port`: clients, other brokers, ZooKeeper.
    private static final int[] PORTS = {0, 1, 2, 100, 101, 102, 300};

    private final Processes processes;
    private final Path root;
    private final String classPath;
    private final TreeMap<Integer, ProcessHandle> brokers = new TreeMap<>();
    private String bootstrap = "";
    private String zookeeper = "";
    private boolean isStarted;
    private @Nullable MillraceClient client;

    /**
     * @param root the cluster's directory
     * @param classPath of the {@code millrace} command
     */
    public MillraceCluster(Processes processes, Path root, String classPath) {
        this.processes = processes;
        this.root = root;
        this.classPath = classPath;
    }

    @Override
    public String name() {
        return "millrace";
    }

    @Override
    public void start() throws IOException, InterruptedException {
        isStarted = true;
        int basePort = FreePorts.base(PORTS);
        zookeeper = "127.0.0.1:" + (basePort + PORTS[PORTS.length - 1]);
        adopt(command(
                "up", "--brokers", Integer.toString(BROKERS), "--base-port", Integer.toString(basePort), "-o", "json"));
        client = MillraceClient.of(bootstrap);
    }

    /** Reads who runs, as {@code -o json} tells it. */
    private void adopt(String json) throws IOException {
        JsonNode cluster = MAPPER.readTree(json);
        bootstrap = cluster.path("bootstrap").asText();
        for (int id = 1; id <= BROKERS; id++) {
            brokers.put(id, ProcessHandle.of(pid(cluster, "broker-" + id)).orElseThrow());
        }
    }

    private static long pid(JsonNode cluster, String member) throws IOException {
        for (JsonNode candidate : cluster.path("members")) {
            if (candidate.path("name").asText().equals(member) && candidate.has("pid")) {
                return candidate.path("pid").asLong();
            }
        }
        throw new IOException(member + " does not run");
    }

    private String command(String... arguments) throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(List.of("cluster"));
        line.addAll(List.of(arguments));
        line.addAll(List.of("--dir", root.toString()));
        List<String> whole = Java.command(classPath, COMMAND_FLAGS, MAIN_CLASS, line.toArray(String[]::new));
        return arguments[0].equals(DOWN) ? processes.runAtTheEnd(LOG, whole) : processes.run(LOG, whole);
    }

    @Override
    public void assertOwn() throws IOException {
        String answered = client().metadata().getClusterId();
        for (Path directory : dataDirectories()) {
            IdentityFile.check(answered, directory.resolve("broker.meta"), "clusterId");
        }
    }

    @Override
    public void createTopic(String topic, int partitions, Durability durability)
            throws IOException, InterruptedException {
        TopicConfig.Builder config = TopicConfig.newBuilder().setMinInsyncReplicas(MIN_INSYNC);
        config.setDurability(
                switch (durability) {
                    case PAGE_CACHE -> io.millrace.proto.v1.Durability.DURABILITY_REPLICATED;
                    case FSYNC -> io.millrace.proto.v1.Durability.DURABILITY_FSYNC;
                });
        var unused = client().createTopic(CreateTopicRequest.newBuilder()
                .setName(topic)
                .setPartitions(partitions)
                .setReplicationFactor(BROKERS)
                .setConfig(config)
                .build());
        Waiting.until("Millrace's topic " + topic + " has its leaders", ANSWER_LIMIT, () -> isWhole(topic, partitions));
    }

    @Override
    public void deleteTopic(String topic) {
        client().deleteTopic(topic);
    }

    @Override
    public long committed(String topic) {
        long records = 0;
        for (int partition = 0; partition < PARTITIONS; partition++) {
            records += client().listOffsets(ListOffsetsRequest.newBuilder()
                            .setTopic(topic)
                            .setPartition(partition)
                            .setLatest(LatestPosition.getDefaultInstance())
                            .build())
                    .getOffset();
        }
        return records;
    }

    @Override
    public Roles roles(String topic) {
        GetMetadataResponse metadata = client().metadata();
        Map<Integer, Integer> leaders = new TreeMap<>();
        for (Partition partition : partitions(metadata, topic)) {
            leaders.put(partition.getPartition(), partition.getLeaderId());
        }
        return new Roles(metadata.getControllerId(), leaders);
    }

    @Override
    public boolean isWhole(String topic) {
        return isWhole(topic, PARTITIONS);
    }

    private boolean isWhole(String topic, int count) {
        List<Partition> partitions = partitions(client().metadata(), topic);
        return partitions.size() == count
                && partitions.stream()
                        .allMatch(partition -> partition.getLeaderId() >= 0 && partition.getIsrCount() == BROKERS);
    }

    /** Empty where the broker that was asked has not heard of the topic yet. */
    private static List<Partition> partitions(GetMetadataResponse metadata, String topic) {
        return metadata.getTopicsList().stream()
                .filter(candidate -> candidate.getName().equals(topic))
                .flatMap(found -> found.getPartitionsList().stream())
                .toList();
    }

    @Override
    public Duration brokerCpu() {
        return Java.cpu(brokers.values());
    }

    @Override
    public List<Path> dataDirectories() {
        return IntStream.rangeClosed(1, BROKERS)
                .mapToObj(id -> root.resolve("broker-" + id).resolve("data"))
                .toList();
    }

    @Override
    public void kill(int brokerId) {
        ProcessHandle broker = brokers.get(brokerId);
        if (broker == null || !broker.destroyForcibly()) {
            throw new IllegalStateException("the system refused to kill Millrace's broker " + brokerId);
        }
    }

    @Override
    public void restart(int brokerId) throws IOException, InterruptedException {
        adopt(command("start", Integer.toString(brokerId), "-o", "json"));
    }

    @Override
    public List<String> loadCommand(String topic, Path payloads, int recordBytes, long ratePerS) {
        return Java.command(
                classPath,
                Java.CLIENT_FLAGS,
                MAIN_CLASS,
                "perf",
                "produce",
                topic,
                "--bootstrap",
                bootstrap,
                "--record-bytes",
                Integer.toString(recordBytes),
                "--rate",
                Long.toString(ratePerS),
                "--for",
                "1h",
                "-o",
                "json");
    }

    @Override
    public RecordWriter writer(String topic) {
        return new MillraceWriter(bootstrap, topic);
    }

    @Override
    public RecordReader reader(String topic) {
        return new MillraceReader(bootstrap, topic);
    }

    @Override
    public GroupCommitter committer(String group, String topic, int partitions) {
        return new MillraceCommitter(bootstrap, group, topic, partitions);
    }

    @Override
    public Optional<String> zookeeper() {
        return Optional.of(zookeeper);
    }

    /** Its servers outlive the command that started them, so they are stopped by one of their own. */
    @Override
    public void stop() throws IOException, InterruptedException {
        MillraceClient open = client;
        if (open != null) {
            open.close();
        }
        if (isStarted) {
            var unused = command(DOWN);
        }
    }

    private MillraceClient client() {
        MillraceClient open = client;
        if (open == null) {
            throw new IllegalStateException("Millrace was not started");
        }
        return open;
    }
}
