package io.millrace.broker.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.millrace.broker.core.Durability;
import io.millrace.broker.core.TopicConfig;
import io.millrace.broker.rpc.RpcLimits;
import io.millrace.broker.server.BrokerConfig.Broker;
import io.millrace.broker.server.BrokerConfig.Groups;
import io.millrace.broker.server.BrokerConfig.Listener;
import io.millrace.broker.server.BrokerConfig.Listeners;
import io.millrace.broker.server.BrokerConfig.Log;
import io.millrace.broker.server.BrokerConfig.Replication;
import io.millrace.broker.server.BrokerConfig.Threads;
import io.millrace.broker.server.BrokerConfig.TopicDefaults;
import io.millrace.broker.server.BrokerConfig.Zookeeper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.function.Function;

/**
 * Reads a broker's configuration: a YAML file, and over it the environment ({@code zookeeper.sessionTimeoutMs} is
 * {@code MILLRACE_ZOOKEEPER_SESSION_TIMEOUT_MS} there). Strict: whatever it does not understand stops the start.
 */
public final class ConfigLoader {

    // Read by the start script and by the command line, which share the prefix.
    private static final List<String> OTHERS_VARIABLES =
            List.of("MILLRACE_BOOTSTRAP", "MILLRACE_HOME", "MILLRACE_JAVA_OPTS", "MILLRACE_LOG_LEVEL");

    private static final int KIB = 1024;
    private static final int MIB = 1024 * KIB;

    private final Map<String, String> environment;
    /** A quarter of the heap at most is for batches on their way in; the rest has other uses. */
    private static final int HEAP_TO_PRODUCES = 4;

    private final int processors;
    private final long maxHeapBytes;

    /**
     * @param processors how many the machine has: as many partition loops are the default
     * @param maxHeapBytes of this JVM
     */
    public ConfigLoader(Map<String, String> environment, int processors, long maxHeapBytes) {
        this.environment = Map.copyOf(environment);
        this.processors = processors;
        this.maxHeapBytes = maxHeapBytes;
    }

    /** Reads {@code file} as UTF-8. */
    public BrokerConfig load(Path file) throws ConfigException {
        try {
            return parse(Files.readString(file));
        } catch (IOException unreadable) {
            throw new ConfigException(List.of(file + ": cannot be read as UTF-8 text: " + unreadable));
        }
    }

    BrokerConfig parse(String yaml) throws ConfigException {
        ConfigReader reader = reader(yaml);
        BrokerConfig config = config(reader);
        refuseContradictions(config, reader);
        List<String> problems = reader.problems();
        if (!problems.isEmpty()) {
            throw new ConfigException(problems);
        }
        return config;
    }

    /** Every key there is. */
    SortedSet<String> keys() throws ConfigException {
        ConfigReader reader = reader("");
        config(reader);
        return reader.keys();
    }

    private ConfigReader reader(String yaml) throws ConfigException {
        try {
            JsonNode root = YAMLMapper.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build()
                    .readTree(yaml);
            return new ConfigReader(root, environment, OTHERS_VARIABLES);
        } catch (JsonProcessingException malformed) {
            throw new ConfigException(List.of("the file: is not YAML: " + malformed.getMessage()));
        }
    }

    private BrokerConfig config(ConfigReader reader) {
        return new BrokerConfig(
                broker(reader),
                new Listeners(listener(reader, "listeners.client", 7171), listener(reader, "listeners.internal", 7271)),
                zookeeper(reader),
                topicDefaults(reader),
                log(reader),
                new Replication(
                        reader.integer("replication.lagMaxMs", 1000, 100, 600_000),
                        reader.integer("replication.windowBytes", 16 * MIB, MIB, 1024 * MIB)),
                new Groups(reader.number("groups.offsetsRetentionMs", 7L * 86_400_000, 60_000, Long.MAX_VALUE)),
                limits(reader),
                threads(reader));
    }

    private static Broker broker(ConfigReader reader) {
        return new Broker(
                reader.integer("broker.id", null, 0, 1_000_000),
                reader.requiredText("broker.dataDir", Path.of(""), "a directory", ConfigLoader::path),
                reader.text("broker.rack", "a text of 1 to 249 characters", ConfigLoader::name)
                        .orElse(null),
                reader.integer("broker.livenessTimeoutMs", 1000, 500, 60_000));
    }

    private static Listener listener(ConfigReader reader, String path, int defaultPort) {
        Endpoint loopback = new Endpoint("127.0.0.1", defaultPort);
        return new Listener(
                reader.text(path + ".bind", Endpoint.FORM, Endpoint::parse).orElse(loopback),
                reader.text(path + ".advertised", Endpoint.FORM, Endpoint::parse)
                        .orElse(null));
    }

    private static Zookeeper zookeeper(ConfigReader reader) {
        String hosts = "host:port, several with commas between";
        String root = "a path of letters, digits, '.', '_' and '-' that begins with '/' and does not end with it";
        return new Zookeeper(
                reader.requiredText("zookeeper.connect", "", hosts, matching("[^,:\\s/]+:\\d+(,[^,:\\s/]+:\\d+)*")),
                reader.text("zookeeper.root", root, matching("(/[a-zA-Z0-9_-][a-zA-Z0-9._-]*)+"))
                        .orElse("/millrace"),
                reader.integer("zookeeper.sessionTimeoutMs", 6000, 1000, 60_000),
                reader.integer("zookeeper.connectionTimeoutMs", 5000, 100, 60_000));
    }

    private static TopicDefaults topicDefaults(ConfigReader reader) {
        return new TopicDefaults(
                reader.text("topicDefaults.durability", "fsync, replicated", ConfigLoader::durability)
                        .orElse(Durability.FSYNC),
                reader.integer(
                        "topicDefaults.segmentBytes",
                        256 * MIB,
                        TopicConfig.MIN_SEGMENT_BYTES,
                        TopicConfig.MAX_SEGMENT_BYTES),
                reader.integer("topicDefaults.maxBatchBytes", MIB, KIB, 64 * MIB));
    }

    private static Log log(ConfigReader reader) {
        return new Log(
                reader.integer("log.indexIntervalBytes", 4 * KIB, 512, 16 * MIB),
                reader.integer("log.flushThreads", 2, 1, 64),
                reader.number("log.minFreeBytes", 256L * MIB, 0, Long.MAX_VALUE));
    }

    private RpcLimits limits(ConfigReader reader) {
        return new RpcLimits(
                reader.integer("limits.maxMessageBytes", 8 * MIB, MIB, 256 * MIB),
                reader.integer("limits.maxRecordBytes", MIB, KIB, 64 * MIB),
                reader.integer("limits.maxInflatedBytes", 16 * MIB, MIB, 1024 * MIB),
                reader.integer("limits.maxFetchBytes", 4 * MIB, 64 * KIB, 256 * MIB),
                reader.integer("limits.maxFetchWaitMs", 60_000, 0, 60_000),
                reader.integer("limits.maxConcurrentCallsPerConnection", 1000, 1, 100_000),
                maxHeapBytes / HEAP_TO_PRODUCES);
    }

    private Threads threads(ConfigReader reader) {
        int loops = reader.integer("threads.partitionLoops", 0, 0, 256);
        return new Threads(loops == 0 ? processors : loops);
    }

    private static void refuseContradictions(BrokerConfig config, ConfigReader reader) {
        refuseUnreachable("listeners.client", config.listeners().client(), reader);
        refuseUnreachable("listeners.internal", config.listeners().internal(), reader);
        Endpoint internal = config.listeners().internal().bind();
        if (internal.port() != 0 && internal.equals(config.listeners().client().bind())) {
            reader.refuse("listeners.internal.bind", internal, "it is that of listeners.client too");
        }
        refuseAbove(
                "zookeeper.connectionTimeoutMs",
                config.zookeeper().connectionTimeoutMs(),
                "zookeeper.sessionTimeoutMs",
                config.zookeeper().sessionTimeoutMs(),
                reader);
        refuseAbove(
                "topicDefaults.maxBatchBytes",
                config.topicDefaults().maxBatchBytes(),
                "topicDefaults.segmentBytes",
                config.topicDefaults().segmentBytes(),
                reader);
        String room = "limits.maxMessageBytes less " + RpcLimits.MESSAGE_SLACK_BYTES;
        int largest = config.limits().largestBatchBytes();
        refuseAbove("topicDefaults.maxBatchBytes", config.topicDefaults().maxBatchBytes(), room, largest, reader);
        refuseAbove("limits.maxFetchBytes", config.limits().maxFetchBytes(), room, largest, reader);
        refuseAbove("limits.maxRecordBytes", config.limits().maxRecordBytes(), room, largest, reader);
    }

    private static void refuseUnreachable(String path, Listener listener, ConfigReader reader) {
        if (listener.advertised() != null && listener.advertised().isWildcard()) {
            reader.refuse(path + ".advertised", listener.advertised(), "nobody can connect to every address");
        }
        if (listener.advertised() == null && listener.bind().isWildcard()) {
            reader.refuse(path + ".bind", listener.bind(), "with it, " + path + ".advertised must say what others use");
        }
    }

    private static void refuseAbove(String path, long value, String bound, long boundValue, ConfigReader reader) {
        if (value > boundValue) {
            reader.refuse(path, value, "it is more than " + bound + ", " + boundValue);
        }
    }

    private static Optional<Durability> durability(String text) {
        for (Durability durability : Durability.values()) {
            if (durability.name().toLowerCase(Locale.ROOT).equals(text)) {
                return Optional.of(durability);
            }
        }
        return Optional.empty();
    }

    private static Optional<Path> path(String text) {
        try {
            return text.isBlank() ? Optional.empty() : Optional.of(Path.of(text));
        } catch (InvalidPathException malformed) {
            return Optional.empty();
        }
    }

    private static Optional<String> name(String text) {
        return Optional.of(text).filter(name -> !name.isBlank() && name.length() <= 249);
    }

    private static Function<String, Optional<String>> matching(String regex) {
        return text -> text.matches(regex) ? Optional.of(text) : Optional.empty();
    }
}
