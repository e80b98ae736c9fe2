package io.millrace.broker.replication;

import io.millrace.broker.core.BrokerIncarnation;
import io.millrace.broker.core.TopicPartition;
import io.millrace.broker.runtime.EventLoop;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One follower's stream to one leading broker, reopened for as long as something is followed over it. */
final class LeaderLink {

    private static final Logger LOG = LoggerFactory.getLogger(LeaderLink.class);

    private final EventLoop loop;
    private final PeerTransport transport;
    private final Hello hello;
    private final Supplier<@Nullable String> endpoint;
    private final long retryNs;

    /** Written on the links' loop, read by transport threads. */
    private final Map<TopicPartition, LeaderLinks.Followed> followed = new ConcurrentHashMap<>();

    private @Nullable PeerStream<FollowerMessage> stream;
    private boolean connected;
    private boolean connecting;
    private boolean closed;

    LeaderLink(
            EventLoop loop, PeerTransport transport, Hello hello, Supplier<@Nullable String> endpoint, long retryNs) {
        this.loop = loop;
        this.transport = transport;
        this.hello = hello;
        this.endpoint = endpoint;
        this.retryNs = retryNs;
    }

    BrokerIncarnation leader() {
        return hello.leader();
    }

    void add(TopicPartition partition, LeaderLinks.Followed follower) {
        followed.put(partition, follower);
        PeerStream<FollowerMessage> open = stream;
        if (connected && open != null) {
            follower.loop().execute(() -> follower.onConnected(open));
        } else {
            connect();
        }
    }

    boolean isFollowedBy(TopicPartition partition, LeaderLinks.Followed follower) {
        return followed.get(partition) == follower;
    }

    /** Whether nothing is followed here any more. */
    boolean remove(TopicPartition partition) {
        followed.remove(partition);
        return followed.isEmpty();
    }

    void close(String why) {
        closed = true;
        PeerStream<FollowerMessage> open = stream;
        if (open != null) {
            open.close(why);
        }
    }

    private void connect() {
        if (connecting || connected || closed) {
            return;
        }
        connecting = true;
        String address = endpoint.get();
        if (address == null) {
            retry();
            return;
        }
        stream = transport.connect(address, hello, new Hearing());
    }

    private void retry() {
        loop.schedule(retryNs, () -> {
            connecting = false;
            connect();
        });
    }

    private void onConnected() {
        PeerStream<FollowerMessage> open = stream;
        if (closed || open == null) {
            return;
        }
        LOG.info("Follows {} over a new stream", leader());
        connecting = false;
        connected = true;
        followed.values().forEach(follower -> follower.loop().execute(() -> follower.onConnected(open)));
    }

    private void onClosed(String why) {
        if (closed) {
            return;
        }
        if (connected) {
            LOG.info("The stream from {} has ended: {}", leader(), why);
        } else {
            LOG.debug("No stream to {}: {}", leader(), why);
        }
        connected = false;
        connecting = true;
        stream = null;
        followed.values().forEach(follower -> follower.loop().execute(follower::onDisconnected));
        retry();
    }

    /** Hands over to the loops: streams of events to the links' loop, messages to that of their partition. */
    private final class Hearing implements PeerTransport.Listener {
        @Override
        public void onConnected() {
            loop.execute(LeaderLink.this::onConnected);
        }

        @Override
        public void onMessage(LeaderMessage message) {
            LeaderLinks.Followed follower = followed.get(message.partition());
            if (follower != null) {
                follower.loop().execute(() -> follower.onMessage(message));
            }
        }

        @Override
        public void onClosed(String why) {
            loop.execute(() -> LeaderLink.this.onClosed(why));
        }
    }
}
