package io.millrace.broker.replication;

import io.millrace.broker.runtime.EventLoop;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Replication streams between hosts on one thread: in order, with a delay, and cut when the test says so. */
final class FakeNetwork {

    private static final long DELAY_NS = 100_000;

    private final EventLoop wire;
    private final Map<String, FollowerStreams> leaders = new TreeMap<>();
    private final Set<String> down = new HashSet<>();
    private final List<Link> links = new ArrayList<>();

    FakeNetwork(EventLoop wire) {
        this.wire = wire;
    }

    void listen(String endpoint, FollowerStreams streams) {
        leaders.put(endpoint, streams);
        down.remove(endpoint);
    }

    /** Ends every stream to and from {@code endpoint} and refuses new ones. */
    void cut(String endpoint) {
        down.add(endpoint);
        for (Link link : new ArrayList<>(links)) {
            if (link.touches(endpoint)) {
                link.close("cut");
            }
        }
    }

    void heal(String endpoint) {
        down.remove(endpoint);
    }

    /** The transport of the broker at {@code from}. */
    PeerTransport transportOf(String from) {
        return (to, hello, listener) -> {
            Link link = new Link(from, to, listener);
            wire.schedule(DELAY_NS, () -> link.admit(hello));
            return link.upstream;
        };
    }

    private final class Link {
        final String from;
        final String to;
        final PeerTransport.Listener listener;
        final PeerStream<FollowerMessage> upstream = stream(this::toLeader);
        final PeerStream<LeaderMessage> downstream = stream(this::toFollower);
        FollowerStreams.@Nullable Session session;
        boolean closed;

        Link(String from, String to, PeerTransport.Listener listener) {
            this.from = from;
            this.to = to;
            this.listener = listener;
            links.add(this);
        }

        boolean touches(String endpoint) {
            return from.equals(endpoint) || to.equals(endpoint);
        }

        void admit(Hello hello) {
            FollowerStreams leader = down.contains(to) || down.contains(from) ? null : leaders.get(to);
            FollowerStreams.Admission admission = leader == null
                    ? new FollowerStreams.Admission.Rejected("refused")
                    : leader.admit(hello, downstream);
            if (admission instanceof FollowerStreams.Admission.Admitted admitted) {
                session = admitted.session();
                listener.onConnected();
            } else {
                close(((FollowerStreams.Admission.Rejected) admission).why());
            }
        }

        void toLeader(FollowerMessage message) {
            if (session != null) {
                session.onMessage(message);
            }
        }

        void toFollower(LeaderMessage message) {
            listener.onMessage(message);
        }

        void close(String why) {
            if (!closed) {
                closed = true;
                links.remove(this);
                if (session != null) {
                    session.onClosed();
                }
                listener.onClosed(why);
            }
        }

        <M> PeerStream<M> stream(Consumer<M> other) {
            return new PeerStream<>() {
                @Override
                public void send(M message) {
                    wire.schedule(DELAY_NS, () -> {
                        if (!closed) {
                            other.accept(message);
                        }
                    });
                }

                @Override
                public boolean isReady() {
                    return !closed;
                }

                @Override
                public void close(String why) {
                    wire.execute(() -> Link.this.close(why));
                }
            };
        }
    }
}
