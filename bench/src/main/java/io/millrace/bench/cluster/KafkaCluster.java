package io.millrace.bench.cluster;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/** Kafka 3.9 in ZooKeeper mode. */
public final class KafkaCluster implements Cluster {
    private static final Duration START_LIMIT = Duration.ofMinutes(1);
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(30);
    /** What bin/kafka-run-class.sh gives where nobody asks for anything else. */
    private static final List<String> FLAGS = List.of(
            "-server",
            "-XX:+UseG1GC",
            "-XX:MaxGCPauseMillis=20",
            "-XX:InitiatingHeapOccupancyPercent=35",
            "-XX:+ExplicitGCInvokesConcurrent",
            "-XX:MaxInlineLevel=15");

    private final Processes processes;
    private final KafkaFiles files;
    private final String classPath;
    private final Map<String, String> producerSettings;
    private final int basePort;
    private final TreeMap<Integer, Process> brokers = new TreeMap<>();
    private @Nullable Admin admin;

    /**
     * @param root for all that it writes
     * @param classPath of Kafka alone
     * @param producerSettings what its producers get beside their defaults
     */
    public KafkaCluster(Processes processes, Path root, String classPath, Map<String, String> producerSettings)
            throws IOException {
        this.processes = processes;
        this.files = new KafkaFiles(root);
        this.classPath = classPath;
        this.producerSettings = Map.copyOf(producerSettings);
        this.basePort = FreePorts.base(IntStream.rangeClosed(0, BROKERS).toArray());
    }

    @Override
    public String name() {
        return "kafka";
    }

    @Override
    public void start() throws IOException, InterruptedException {
        Process zookeeper = processes.start(
                "kafka-zookeeper",
                Java.command(
                        classPath,
                        withLogging(List.of("-Xms32m", "-Xmx256m"), FLAGS),
                        "org.apache.zookeeper.server.quorum.QuorumPeerMain",
                        files.zookeeper(zookeeperPort()).toString()));
        for (int id = 1; id <= BROKERS; id++) {
            startBroker(id);
        }
        admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap()));
        Waiting.until("Kafka's brokers see each other", START_LIMIT, () -> {
            failIfEnded("kafka-zookeeper", zookeeper);
            return seesAll();
        });
    }

    private void startBroker(int id) throws IOException {
        Path config = files.broker(id, port(id), zookeeperPort());
        List<String> command =
                Java.command(classPath, withLogging(Java.BROKER_HEAP, FLAGS), "kafka.Kafka", config.toString());
        brokers.put(id, processes.start(log(id), command));
    }

    private boolean seesAll() throws IOException, InterruptedException {
        for (Map.Entry<Integer, Process> broker : brokers.entrySet()) {
            failIfEnded(log(broker.getKey()), broker.getValue());
        }
        return await(admin().describeCluster().nodes()).size() == BROKERS;
    }

    private void failIfEnded(String name, Process process) throws IOException {
        if (!process.isAlive()) {
            throw new IOException(
                    name + " ended with exit code " + process.exitValue() + "\n  " + processes.tail(name));
        }
    }

    @Override
    public void assertOwn() throws IOException, InterruptedException {
        String answered = await(admin().describeCluster().clusterId());
        for (int id = 1; id <= BROKERS; id++) {
            IdentityFile.check(answered, files.dataDirectory(id).resolve("meta.properties"), "cluster.id");
        }
    }

    @Override
    public void createTopic(String topic, int partitions, Durability durability)
            throws IOException, InterruptedException {
        Map<String, String> config = switch (durability) {
            case PAGE_CACHE -> Map.of();
            case FSYNC -> Map.of("flush.messages", "1");
        };
        NewTopic wanted = new NewTopic(topic, partitions, (short) BROKERS).configs(config);
        await(admin().createTopics(List.of(wanted)).all());
        Waiting.until("Kafka's topic " + topic + " has its leaders", ANSWER_LIMIT, () -> isWhole(topic, partitions));
    }

    @Override
    public void deleteTopic(String topic) throws IOException, InterruptedException {
        await(admin().deleteTopics(List.of(topic)).all());
    }

    @Override
    public long committed(String topic) throws IOException, InterruptedException {
        Map<TopicPartition, OffsetSpec> wanted = new HashMap<>();
        for (int partition = 0; partition < PARTITIONS; partition++) {
            wanted.put(new TopicPartition(topic, partition), OffsetSpec.latest());
        }
        return await(admin().listOffsets(wanted).all()).values().stream()
                .mapToLong(ListOffsetsResultInfo::offset)
                .sum();
    }

    @Override
    public Roles roles(String topic) throws IOException, InterruptedException {
        Map<Integer, Integer> leaders = new TreeMap<>();
        for (TopicPartitionInfo partition : partitions(topic)) {
            Node leader = partition.leader();
            leaders.put(partition.partition(), leader == null ? Node.noNode().id() : leader.id());
        }
        return new Roles(await(admin().describeCluster().controller()).id(), leaders);
    }

    @Override
    public boolean isWhole(String topic) throws IOException, InterruptedException {
        return isWhole(topic, PARTITIONS);
    }

    private boolean isWhole(String topic, int count) throws IOException, InterruptedException {
        List<TopicPartitionInfo> partitions = partitions(topic);
        return partitions.size() == count
                && partitions.stream()
                        .allMatch(partition ->
                                partition.leader() != null && partition.isr().size() == BROKERS);
    }

    /** Empty where the broker that was asked has not heard of the topic yet. */
    private List<TopicPartitionInfo> partitions(String topic) throws IOException, InterruptedException {
        KafkaFuture<TopicDescription> description =
                admin().describeTopics(List.of(topic)).topicNameValues().get(topic);
        try {
            return description == null ? List.of() : description.get().partitions();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                return List.of();
            }
            throw new IOException("Kafka: " + e.getCause(), e);
        }
    }

    @Override
    public Duration brokerCpu() {
        return Java.cpu(brokers.values().stream().map(Process::toHandle).toList());
    }

    @Override
    public List<Path> dataDirectories() {
        return IntStream.rangeClosed(1, BROKERS).mapToObj(files::dataDirectory).toList();
    }

    @Override
    public void kill(int brokerId) {
        broker(brokerId).destroyForcibly();
    }

    @Override
    public void restart(int brokerId) throws IOException, InterruptedException {
        broker(brokerId).waitFor();
        startBroker(brokerId);
        Waiting.until("Kafka's broker " + brokerId + " is back", START_LIMIT, this::seesAll);
    }

    private Process broker(int id) {
        Process broker = brokers.get(id);
        if (broker == null) {
            throw new IllegalArgumentException("Kafka has no broker " + id);
        }
        return broker;
    }

    @Override
    public List<String> loadCommand(String topic, Path payloads, int recordBytes, long ratePerS) {
        List<String> arguments = new ArrayList<>(List.of(
                "--topic",
                topic,
                "--num-records",
                "1000000000",
                "--payload-file",
                payloads.toString(),
                "--throughput",
                ratePerS == 0 ? "-1" : Long.toString(ratePerS),
                "--producer-props"));
        producerConfig().forEach((key, value) -> arguments.add(key + "=" + value));
        return Java.command(
                classPath,
                withLogging(Java.CLIENT_FLAGS, List.of()),
                "org.apache.kafka.tools.ProducerPerformance",
                arguments.toArray(String[]::new));
    }

    private Map<String, Object> producerConfig() {
        Map<String, Object> config = new HashMap<>(producerSettings);
        config.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap());
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        return config;
    }

    @Override
    public RecordWriter writer(String topic) {
        return new KafkaWriter(producerConfig(), topic);
    }

    @Override
    public RecordReader reader(String topic) {
        return new KafkaReader(bootstrap(), topic);
    }

    @Override
    public GroupCommitter committer(String group, String topic, int partitions) {
        return new KafkaCommitter(bootstrap(), group, topic, partitions);
    }

    /** Its processes are ended by their owner. */
    @Override
    public void stop() {
        Admin open = admin;
        if (open != null) {
            open.close(Duration.ZERO);
        }
    }

    private Admin admin() {
        Admin open = admin;
        if (open == null) {
            throw new IllegalStateException("Kafka was not started");
        }
        return open;
    }

    private List<String> withLogging(List<String> first, List<String> more) {
        List<String> flags = new ArrayList<>(first);
        flags.addAll(more);
        flags.add("-Dlog4j.configuration=" + files.logging().toUri());
        return flags;
    }

    private String bootstrap() {
        return IntStream.rangeClosed(1, BROKERS)
                .mapToObj(id -> "127.0.0.1:" + port(id))
                .collect(Collectors.joining(","));
    }

    private int zookeeperPort() {
        return basePort;
    }

    private int port(int brokerId) {
        return basePort + brokerId;
    }

    private static String log(int brokerId) {
        return "kafka-" + brokerId;
    }

    private static <T> T await(KafkaFuture<T> future) throws IOException, InterruptedException {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw new IOException("Kafka: " + e.getCause(), e);
        }
    }
}
