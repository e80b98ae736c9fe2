package io.millrace.cli;

import com.google.protobuf.Any;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.StatusProto;
import io.millrace.proto.v1.Broker;
import io.millrace.proto.v1.Certainty;
import io.millrace.proto.v1.CommittedOffset;
import io.millrace.proto.v1.ElectLeadersRequest;
import io.millrace.proto.v1.ElectLeadersResponse;
import io.millrace.proto.v1.ErrorDetail;
import io.millrace.proto.v1.ErrorReason;
import io.millrace.proto.v1.Partition;
import io.millrace.proto.v1.Topic;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A cluster of one broker that keeps everything in maps, behind a real port. */
final class MemoryBroker implements AutoCloseable {
    final Map<String, List<MemoryLog>> topics = new ConcurrentSkipListMap<>();
    private final Map<String, Map<Integer, CommittedOffset>> offsets = new ConcurrentHashMap<>();

    /** What the next calls to Produce fail with, one each, before they reach a log. */
    final ConcurrentLinkedQueue<StatusRuntimeException> produceFailures = new ConcurrentLinkedQueue<>();

    /** What unclean elections it was asked for. */
    final List<ElectLeadersRequest> elections = new CopyOnWriteArrayList<>();

    /** What they are answered with; null where they are not needed. */
    volatile @Nullable ElectLeadersResponse election;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Server server;

    MemoryBroker() {
        try {
            server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                    .executor(threads)
                    .addService(new MemoryServices.Metadata(this))
                    .addService(new MemoryServices.Admin(this))
                    .addService(new MemoryServices.Producer(this))
                    .addService(new MemoryServices.Consumer(this))
                    .addService(new MemoryServices.Group(this))
                    .build()
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String endpoint() {
        return "127.0.0.1:" + server.getPort();
    }

    void create(String name, int partitions) {
        topics.put(
                name,
                new CopyOnWriteArrayList<>(IntStream.range(0, partitions)
                        .mapToObj(i -> new MemoryLog())
                        .toList()));
    }

    MemoryLog log(String topic, int partition) {
        return logs(topic).get(partition);
    }

    List<MemoryLog> logs(String topic) {
        List<MemoryLog> logs = topics.get(topic);
        if (logs == null) {
            throw refusal(Status.Code.NOT_FOUND, ErrorReason.ERROR_REASON_UNKNOWN_TOPIC, Certainty.CERTAINTY_DEFINITE);
        }
        return logs;
    }

    /** A group's offsets by partition; whoever changes the map changes them. */
    Map<Integer, CommittedOffset> committed(String group) {
        return offsets.computeIfAbsent(group, name -> new ConcurrentSkipListMap<>());
    }

    Broker broker() {
        return Broker.newBuilder().setId(1).setEndpoint(endpoint()).build();
    }

    Topic topic(String name) {
        Topic.Builder topic = Topic.newBuilder().setName(name).setTopicId("id-of-" + name);
        for (int i = 0; i < logs(name).size(); i++) {
            topic.addPartitions(Partition.newBuilder()
                    .setPartition(i)
                    .setLeaderId(1)
                    .setLeaderEpoch(1)
                    .addReplicas(1)
                    .addIsr(1)
                    .addElr(2));
        }
        return topic.build();
    }

    static StatusRuntimeException refusal(Status.Code code, ErrorReason reason, Certainty certainty) {
        ErrorDetail detail = ErrorDetail.newBuilder()
                .setReason(reason)
                .setCertainty(certainty)
                .build();
        return StatusProto.toStatusRuntimeException(com.google.rpc.Status.newBuilder()
                .setCode(code.value())
                .setMessage("told so by the test")
                .addDetails(Any.pack(detail))
                .build());
    }

    @Override
    public void close() {
        server.shutdownNow();
        try {
            // gRPC needs its threads to close the connections; fetches that wait need theirs interrupted.
            server.awaitTermination(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        threads.shutdownNow();
    }
}
