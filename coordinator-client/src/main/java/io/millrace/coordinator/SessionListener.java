package io.millrace.coordinator;

/** Told of the session with the service. */
public interface SessionListener {

    void onSession(SessionState state, long sessionId);

    /** How the session stands. */
    enum SessionState {
        /** Connected; after LOST under a new session id, so ephemeral nodes have to be made again. */
        CONNECTED,
        /** No connection for the moment; the session may or may not live on. */
        SUSPENDED,
        /** The session is over: its ephemeral nodes are gone or about to go. */
        LOST
    }
}
