package io.millrace.broker.replication;

/** The leader's side of replication streams: where the transport hands over what followers open. */
public interface FollowerStreams {

    /**
     * A follower has said hello.
     *
     * @param out towards the follower; the transport has not yet said welcome and does so when this returns a session
     * @return who hears the stream from now on, or a refusal with a text for the follower
     */
    Admission admit(Hello hello, PeerStream<LeaderMessage> out);

    /** Whether a stream may go on. */
    sealed interface Admission {
        /** It may. */
        record Admitted(Session session) implements Admission {}

        /** It may not. */
        record Rejected(String why) implements Admission {}
    }

    /** Hears one stream, on transport threads, one call at a time. */
    interface Session {
        void onMessage(FollowerMessage message);

        /** {@code PeerStream.isReady} became true again. */
        void onReady();

        /** The stream is over; said exactly once. */
        void onClosed();
    }
}
