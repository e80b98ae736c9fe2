package io.millrace.broker.server;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.coordinator.Operation;
import io.millrace.coordinator.memory.InMemoryCoordinator;
import io.millrace.coordinator.memory.InMemoryTree;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BrokerStartTest {

    @Test
    void whatAnotherVersionWroteIntoTheTreeIsARefusalInWordsOfOurOwn(@TempDir Path directory) throws Exception {
        InMemoryCoordinator coordinator = new InMemoryTree().connect(Runnable::run);
        coordinator
                .commit(List.of(
                        new Operation.Create("/brokers", "", false),
                        new Operation.Create("/brokers/1", "{\"brokerEpoch\":1}", false)))
                .toCompletableFuture()
                .get();
        Path file = directory.resolve("broker.yaml");
        Files.writeString(
                file,
                "broker: {id: 1, dataDir: " + directory.resolve("data") + "}\nzookeeper: {connect: \"127.0.0.1:1\"}\n");
        BrokerConfig config = new ConfigLoader(Map.of(), 1, 1 << 28).load(file);

        assertThatThrownBy(() -> Broker.start(config, coordinator, (where, fault) -> {}, "test"))
                .isInstanceOf(StartRefusedException.class)
                .hasMessageContaining("/brokers/1")
                .hasMessageContaining("another version")
                .hasMessageNotContaining("jackson")
                .hasMessageNotContaining("\n");
    }
}
