package io.millrace.broker.replication;

/**
 * The seam for transport between brokers, follower's side.
 */
public interface PeerTransport {

    /**
     * Opens a stream to a leader and says {@code hello}; whether it stands is heard through {@code listener}.
     *
     * @param endpoint {@code host:port} of the leader's internal listener
     */
    PeerStream<FollowerMessage> connect(String endpoint, Hello hello, Listener listener);

    /** Hears what comes from the leader, on transport threads, one call at a time. */
    interface Listener {

        /** The leader has said welcome; nothing was heard before. */
        void onConnected();

        void onMessage(LeaderMessage message);

        /** The stream is over; nothing is heard afterwards. Said exactly once, also where it never stood. */
        void onClosed(String why);
    }
}
