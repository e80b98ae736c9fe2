package io.millrace.coordinator.memory;

import io.millrace.coordinator.SessionListener;
import io.millrace.coordinator.SessionListener.SessionState;
import io.millrace.coordinator.Subscription;
import java.util.concurrent.Executor;

/** One who wants to hear of one client's session. */
final class InMemorySessionWatch implements Subscription {

    private final SessionListener listener;
    private final Executor listeners;
    private volatile boolean closed;

    InMemorySessionWatch(SessionListener listener, Executor listeners) {
        this.listener = listener;
        this.listeners = listeners;
    }

    void tell(SessionState state, long session) {
        listeners.execute(() -> {
            if (!closed) {
                listener.onSession(state, session);
            }
        });
    }

    @Override
    public void close() {
        closed = true;
    }

    boolean isClosed() {
        return closed;
    }
}
