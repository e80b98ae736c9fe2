package io.millrace.broker.rpc;

import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.ChannelzService;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * One port with its services, and with health, reflection and channelz beside them. Not serving, as far as health tells,
 * until it is said to.
 */
final class GrpcListener {

    private static final int CHANNELZ_PAGE = 100;
    // For the answers of calls that are cut off to leave. Health watches have no end of their own and always wait for
    // it.
    private static final int CUT_OFF_MS = 500;

    private final HealthStatusManager health = new HealthStatusManager();
    private final List<ServerServiceDefinition> services;
    private final CallGuard guard;
    private final Server server;

    /** @param guard that stands before every one of {@code services} */
    GrpcListener(NettyServerBuilder builder, List<ServerServiceDefinition> services, CallGuard guard) {
        this.services = services;
        this.guard = guard;
        tellHealth(ServingStatus.NOT_SERVING);
        builder.addService(health.getHealthService())
                .addService(ProtoReflectionServiceV1.newInstance())
                .addService(ChannelzService.newInstance(CHANNELZ_PAGE));
        services.forEach(builder::addService);
        this.server = builder.build();
    }

    /** Binds. */
    void start() throws IOException {
        server.start();
    }

    int port() {
        return server.getPort();
    }

    void serving() {
        tellHealth(ServingStatus.SERVING);
    }

    /** About once a second. */
    void onTick(long nowNs) {
        guard.onTick(nowNs);
    }

    /** From now on health tells that this listener does not serve, and nothing changes that any more. */
    void notServingAnyMore() {
        health.enterTerminalState();
    }

    /** Takes no new calls and waits for the open ones; those that are left after {@code grace} are cut off. */
    void stop(Duration grace) {
        server.shutdown();
        try {
            if (!server.awaitTermination(grace.toMillis(), TimeUnit.MILLISECONDS)) {
                guard.cutOff();
                server.awaitTermination(CUT_OFF_MS, TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        server.shutdownNow();
    }

    private void tellHealth(ServingStatus status) {
        health.setStatus(HealthStatusManager.SERVICE_NAME_ALL_SERVICES, status);
        services.forEach(
                service -> health.setStatus(service.getServiceDescriptor().getName(), status));
    }
}
