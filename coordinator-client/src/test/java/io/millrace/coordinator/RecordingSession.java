package io.millrace.coordinator;

import io.millrace.coordinator.SessionListener.SessionState;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A session listener that keeps what it is told. */
final class RecordingSession implements SessionListener {

    final List<SessionState> states = new CopyOnWriteArrayList<>();
    private volatile SessionState state = SessionState.SUSPENDED;
    private volatile long sessionId;

    @Override
    public void onSession(SessionState next, long id) {
        sessionId = id;
        state = next;
        states.add(next);
    }

    /** Waits until there is one. */
    long connectedId() {
        Contract.eventually().until(() -> state == SessionState.CONNECTED);
        return sessionId;
    }

    boolean isConnectedOtherThan(long id) {
        return state == SessionState.CONNECTED && sessionId != id;
    }
}
