package io.millrace.cli.cluster;

import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.millrace.proto.v1.Broker;
import io.millrace.proto.v1.GetMetadataRequest;
import io.millrace.proto.v1.GetMetadataResponse;
import io.millrace.proto.v1.MetadataServiceGrpc;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** Asks one broker over its public API whether it serves, and whom it knows. */
final class BrokerProbe implements AutoCloseable {
    private static final long TIMEOUT_MS = 3000;

    private final String address;
    private final ManagedChannel channel;

    BrokerProbe(String address) {
        this.address = address;
        this.channel = Grpc.newChannelBuilder(address, InsecureChannelCredentials.create())
                .build();
    }

    /** Empty when it serves, knows a controller, and sees all of these brokers live. */
    Optional<String> whyNotReady(Set<Integer> brokers) {
        // Between two attempts of its own the channel would wait longer than we want to.
        channel.resetConnectBackoff();
        try {
            ServingStatus health = HealthGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(TIMEOUT_MS, TimeUnit.MILLISECONDS)
                    .check(HealthCheckRequest.getDefaultInstance())
                    .getStatus();
            return health == ServingStatus.SERVING ? whyIncomplete(brokers) : Optional.of("its health is " + health);
        } catch (StatusRuntimeException e) {
            return Optional.of(
                    "does not answer on " + address + " (" + e.getStatus().getCode() + ")");
        }
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }

    private Optional<String> whyIncomplete(Set<Integer> brokers) {
        GetMetadataResponse metadata = MetadataServiceGrpc.newBlockingStub(channel)
                .withDeadlineAfter(TIMEOUT_MS, TimeUnit.MILLISECONDS)
                .getMetadata(GetMetadataRequest.getDefaultInstance());
        Set<Integer> unseen = new TreeSet<>(brokers);
        unseen.removeAll(metadata.getBrokersList().stream().map(Broker::getId).collect(Collectors.toSet()));
        if (!unseen.isEmpty()) {
            return Optional.of("does not see the brokers " + unseen);
        }
        return metadata.getControllerId() < 0 ? Optional.of("knows no controller") : Optional.empty();
    }
}
