package io.millrace.broker.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.millrace.broker.runtime.ThreadedEventLoop;
import io.millrace.broker.server.Broker;
import io.millrace.broker.server.ConfigLoader;
import io.millrace.coordinator.memory.InMemoryTree;
import io.millrace.proto.v1.AdminServiceGrpc;
import io.millrace.proto.v1.ConsumerServiceGrpc;
import io.millrace.proto.v1.CreateTopicRequest;
import io.millrace.proto.v1.LatestPosition;
import io.millrace.proto.v1.ListOffsetsRequest;
import io.millrace.proto.v1.ProducerServiceGrpc;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * One whole broker with its log on real files, the coordination service in memory: what bad input must find as it was and
 * leave as it was. It has one topic of one partition, {@link Clusters#TOPIC}.
 */
final class WholeBroker implements AutoCloseable {

    final List<Throwable> faults = new CopyOnWriteArrayList<>();
    final Broker broker;

    private final Path data;
    private final ThreadedEventLoop coordination = new ThreadedEventLoop("coordination", (where, why) -> {});
    private final List<ManagedChannel> channels = new ArrayList<>();
    private final ManagedChannel own;

    WholeBroker(Path directory) throws Exception {
        data = directory.resolve("data");
        Path config = directory.resolve("broker.yaml");
        Files.writeString(config, """
                broker: {id: 1, dataDir: %s}
                listeners: {client: {bind: "127.0.0.1:0"}, internal: {bind: "127.0.0.1:0"}}
                zookeeper: {connect: "127.0.0.1:1"}
                log: {minFreeBytes: 0}
                """.formatted(data));
        broker = Broker.start(
                new ConfigLoader(Map.of(), 1, 256 << 20).load(config),
                new InMemoryTree().connect(coordination),
                (where, fault) -> faults.add(fault),
                "test");
        own = client();
        createTopic(Clusters.TOPIC);
    }

    int port() {
        return broker.clientEndpoint().port();
    }

    /** A new connection; closed with this. */
    ManagedChannel client() {
        ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", port())
                .usePlaintext()
                .maxInboundMessageSize(16 << 20)
                .build();
        channels.add(channel);
        return channel;
    }

    void createTopic(String name) {
        await().ignoreExceptions().until(() -> {
            AdminServiceGrpc.newBlockingStub(own)
                    .createTopic(CreateTopicRequest.newBuilder()
                            .setName(name)
                            .setPartitions(1)
                            .build());
            return true;
        });
        await().ignoreExceptions()
                .until(() -> ConsumerServiceGrpc.newBlockingStub(own)
                                .listOffsets(latest(name))
                                .getOffset()
                        == 0);
    }

    /** Everything that the logs hold: their files, byte for byte. */
    String logDigest() {
        try (Stream<Path> files = Files.walk(data)) {
            StringBuilder digest = new StringBuilder();
            files.filter(file -> file.toString().endsWith(".log")).sorted().forEach(file -> digest.append(line(file)));
            return digest.toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String line(Path file) {
        try {
            byte[] bytes = Files.readAllBytes(file);
            CRC32C crc = new CRC32C();
            crc.update(bytes);
            return data.relativize(file) + " " + bytes.length + " " + crc.getValue() + "\n";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What a good call, on a connection of its own, has to get. */
    void assertServes(String digestBefore) {
        assertThat(logDigest()).isEqualTo(digestBefore);
        assertThat(ConsumerServiceGrpc.newBlockingStub(own)
                        .listOffsets(latest(Clusters.TOPIC))
                        .getOffset())
                .isNotNegative();
        assertThat(faults).isEmpty();
    }

    /** That a record still finds its way in. */
    void assertTakesARecord() {
        var unused = ProducerServiceGrpc.newBlockingStub(own).produce(Requests.produce(0));
    }

    private static ListOffsetsRequest latest(String topic) {
        return ListOffsetsRequest.newBuilder()
                .setTopic(topic)
                .setLatest(LatestPosition.getDefaultInstance())
                .build();
    }

    @Override
    public void close() {
        channels.forEach(ManagedChannel::shutdownNow);
        broker.close();
        coordination.close();
    }
}
