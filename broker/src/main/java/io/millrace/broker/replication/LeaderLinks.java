package io.millrace.broker.replication;

import io.millrace.broker.core.BrokerIncarnation;
import io.millrace.broker.core.TopicPartition;
import io.millrace.broker.runtime.EventLoop;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The follower's side of replication streams: one stream to each broker that leads something this one follows, kept up and
 * reopened. {@link #follow} and {@link #unfollow} may be called from any loop; everything else happens on a loop of its
 * own.
 */
public final class LeaderLinks {

    /** Something that follows a partition. All three are called on {@link #loop()}. */
    interface Followed {
        EventLoop loop();

        void onConnected(PeerStream<FollowerMessage> stream);

        void onDisconnected();

        void onMessage(LeaderMessage message);
    }

    private final EventLoop loop;
    private final PeerTransport transport;
    private final String clusterId;
    private final BrokerIncarnation self;
    private final Function<BrokerIncarnation, @Nullable String> endpoints;
    private final long retryNs;
    private final Map<BrokerIncarnation, LeaderLink> links =
            new TreeMap<>(Comparator.comparingInt(BrokerIncarnation::id).thenComparingLong(BrokerIncarnation::epoch));
    private final Map<TopicPartition, LeaderLink> linkOf = new TreeMap<>();
    private boolean closed;

    /**
     * Opens nothing yet.
     *
     * @param endpoints internal address of a live incarnation, null while it is not known
     */
    public LeaderLinks(
            EventLoop loop,
            PeerTransport transport,
            String clusterId,
            BrokerIncarnation self,
            Function<BrokerIncarnation, @Nullable String> endpoints,
            long retryNs) {
        this.loop = loop;
        this.transport = transport;
        this.clusterId = clusterId;
        this.self = self;
        this.endpoints = endpoints;
        this.retryNs = retryNs;
    }

    /** From now on {@code follower} hears the stream of {@code leader} about {@code partition}. */
    void follow(TopicPartition partition, BrokerIncarnation leader, Followed follower) {
        loop.execute(() -> {
            if (closed) {
                return;
            }
            leave(partition);
            LeaderLink link = links.computeIfAbsent(leader, this::newLink);
            linkOf.put(partition, link);
            link.add(partition, follower);
        });
    }

    /** {@code follower} hears nothing more, unless another one has taken its place already. */
    void unfollow(TopicPartition partition, Followed follower) {
        loop.execute(() -> {
            LeaderLink link = linkOf.get(partition);
            if (link != null && link.isFollowedBy(partition, follower)) {
                leave(partition);
            }
        });
    }

    /** Ends all streams. */
    public void close() {
        loop.execute(() -> {
            closed = true;
            links.values().forEach(link -> link.close("the broker stops"));
            links.clear();
            linkOf.clear();
        });
    }

    private void leave(TopicPartition partition) {
        LeaderLink link = linkOf.remove(partition);
        if (link != null && link.remove(partition)) {
            links.remove(link.leader());
            link.close("nothing is followed here any more");
        }
    }

    private LeaderLink newLink(BrokerIncarnation leader) {
        return new LeaderLink(
                loop, transport, new Hello(clusterId, self, leader), () -> endpoints.apply(leader), retryNs);
    }
}
