package io.millrace.cli;

import io.millrace.broker.server.Broker;
import io.millrace.broker.server.BrokerConfig;
import io.millrace.broker.server.ConfigLoader;
import io.millrace.coordinator.memory.InMemoryTree;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

/** A cluster of one real broker inside the test's process; its coordination service is in memory. */
final class RealBroker implements AutoCloseable {
    private final ExecutorService callbacks = Executors.newSingleThreadExecutor();
    private final Broker broker;

    RealBroker(Path directory) throws Exception {
        Path file = directory.resolve("broker.yaml");
        Files.writeString(file, """
                broker: {id: 1, dataDir: "%s"}
                listeners: {client: {bind: "127.0.0.1:0"}, internal: {bind: "127.0.0.1:0"}}
                zookeeper: {connect: "127.0.0.1:1"}
                """.formatted(directory.resolve("data")));
        BrokerConfig config = new ConfigLoader(Map.of(), 1, 1 << 28).load(file);
        broker = Broker.start(config, new InMemoryTree().connect(callbacks), (where, fault) -> {}, "test");
    }

    String endpoint() {
        return "127.0.0.1:" + broker.clientEndpoint().port();
    }

    CommandRun.Result run(String... args) {
        return CommandRun.run(withEndpoint(args));
    }

    CommandRun prepare(String... args) {
        return CommandRun.prepare(withEndpoint(args));
    }

    /** One record for each line of the input. */
    CommandRun.Result produce(String topic, String lines, String... more) {
        String[] args =
                Stream.concat(Stream.of("produce", topic), Stream.of(more)).toArray(String[]::new);
        return CommandRun.runWith(lines.getBytes(StandardCharsets.UTF_8), withEndpoint(args));
    }

    private String[] withEndpoint(String... args) {
        return Stream.concat(Stream.of(args), Stream.of("--bootstrap", endpoint()))
                .toArray(String[]::new);
    }

    @Override
    public void close() {
        broker.close();
        callbacks.shutdown();
    }
}
