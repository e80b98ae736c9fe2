package io.millrace.client;

import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.channel.ChannelOption;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** One channel for each broker, made when it is first needed. */
final class Channels implements AutoCloseable {
    /** A host that drops packets must not hold up a call that has other brokers to try. */
    private static final int CONNECT_TIMEOUT_MS = 3_000;

    /** A batch always comes whole, however large its topic lets it be, so a small limit would make it unreadable. */
    private static final int MAX_INBOUND_MESSAGE_BYTES = 64 << 20;

    private final Map<String, ManagedChannel> byEndpoint = new ConcurrentHashMap<>();
    private volatile boolean isClosed;

    ManagedChannel channel(String endpoint) {
        ManagedChannel channel = byEndpoint.computeIfAbsent(endpoint, Channels::open);
        if (isClosed) {
            channel.shutdownNow();
        } else if (channel.getState(false) == ConnectivityState.TRANSIENT_FAILURE) {
            // gRPC's own pause grows to minutes, far beyond the time a broker takes to come back; ours is bounded.
            channel.resetConnectBackoff();
        }
        return channel;
    }

    boolean isClosed() {
        return isClosed;
    }

    private static ManagedChannel open(String endpoint) {
        return NettyChannelBuilder.forTarget("dns:///" + endpoint)
                .usePlaintext()
                .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MS)
                .maxInboundMessageSize(MAX_INBOUND_MESSAGE_BYTES)
                .build();
    }

    @Override
    public void close() {
        isClosed = true;
        byEndpoint.values().forEach(ManagedChannel::shutdownNow);
    }
}
