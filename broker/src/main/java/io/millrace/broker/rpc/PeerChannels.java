package io.millrace.broker.rpc;

import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.millrace.broker.core.BrokerIncarnation;
import io.netty.channel.ChannelOption;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Connections to the other brokers' internal listeners, made when first needed. Each has one for calls, one for
 * replication and one for beats, so that bulk stands in the way of neither. From any thread; never blocks.
 */
public final class PeerChannels implements AutoCloseable {

    private static final int WINDOW_BYTES = 16 * 1024 * 1024;
    private static final int CONNECT_TIMEOUT_MS = 2000;

    private final IoThreads threads;
    private final RpcLimits limits;
    private final Map<Key, ManagedChannel> channels = new HashMap<>();
    private boolean isClosed;

    private enum Traffic {
        CALLS,
        REPLICATION,
        BEATS
    }

    private record Key(BrokerIncarnation peer, String endpoint, Traffic traffic) {}

    public PeerChannels(IoThreads threads, RpcLimits limits) {
        this.threads = threads;
        this.limits = limits;
    }

    /**
     * Drops the connections to incarnations that are not {@code known} any more. Where a newer one of the same broker is,
     * the older is dead for certain and its calls end now; otherwise they may end by themselves.
     */
    public synchronized void keepOnly(Collection<BrokerIncarnation> known) {
        Iterator<Map.Entry<Key, ManagedChannel>> entries = channels.entrySet().iterator();
        while (entries.hasNext()) {
            Map.Entry<Key, ManagedChannel> entry = entries.next();
            BrokerIncarnation peer = entry.getKey().peer();
            if (known.contains(peer)) {
                continue;
            }
            entries.remove();
            if (known.stream().anyMatch(other -> other.id() == peer.id() && other.epoch() > peer.epoch())) {
                entry.getValue().shutdownNow();
            } else {
                entry.getValue().shutdown();
            }
        }
    }

    /** Ends all calls now; calls made afterwards fail as if nobody could be reached. */
    @Override
    public synchronized void close() {
        isClosed = true;
        channels.values().forEach(ManagedChannel::shutdownNow);
        channels.clear();
    }

    /** @param endpoint {@code host:port} */
    ManagedChannel calls(BrokerIncarnation peer, String endpoint) {
        return channel(new Key(peer, endpoint, Traffic.CALLS));
    }

    /** @param endpoint {@code host:port} */
    ManagedChannel replication(BrokerIncarnation peer, String endpoint) {
        return channel(new Key(peer, endpoint, Traffic.REPLICATION));
    }

    /** @param endpoint {@code host:port} */
    ManagedChannel beats(BrokerIncarnation peer, String endpoint) {
        return channel(new Key(peer, endpoint, Traffic.BEATS));
    }

    private synchronized ManagedChannel channel(Key key) {
        if (isClosed) {
            return build(key).shutdownNow();
        }
        ManagedChannel channel = channels.computeIfAbsent(key, this::build);
        if (channel.getState(false) == ConnectivityState.TRANSIENT_FAILURE) {
            // gRPC would back off for up to two minutes; who asks has its own pause between attempts.
            channel.resetConnectBackoff();
        }
        return channel;
    }

    private ManagedChannel build(Key key) {
        try {
            return build(key.endpoint());
        } catch (IllegalArgumentException malformed) {
            // What a broker has announced is no address: it cannot be reached, and that is all.
            return build("127.0.0.1:0").shutdownNow();
        }
    }

    private ManagedChannel build(String endpoint) {
        return NettyChannelBuilder.forTarget("dns:///" + endpoint)
                .eventLoopGroup(threads.group())
                .channelType(threads.clientChannel())
                .withOption(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MS)
                .directExecutor()
                .usePlaintext()
                // A call that was sent once must not be sent again behind our back: its outcome would be told wrongly.
                .disableRetry()
                .flowControlWindow(WINDOW_BYTES)
                .maxInboundMessageSize(limits.maxMessageBytes())
                .keepAliveTime(10, TimeUnit.SECONDS)
                .keepAliveTimeout(5, TimeUnit.SECONDS)
                .build();
    }
}
