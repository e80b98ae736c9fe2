package io.millrace.coordinator.curator;

import io.millrace.coordinator.SessionListener;
import io.millrace.coordinator.SessionListener.SessionState;
import io.millrace.coordinator.Subscription;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.state.ConnectionState;
import org.apache.curator.framework.state.ConnectionStateListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Follows the session and tells of it. What it knows belongs to the callback thread. */
final class CuratorSession implements ConnectionStateListener {

    private static final Logger LOG = LoggerFactory.getLogger(CuratorSession.class);

    private final CuratorFramework client;
    private final Executor callbacks;
    private final List<Watching> watching = new CopyOnWriteArrayList<>();
    private SessionState state = SessionState.SUSPENDED;
    private long sessionId;

    /** A listener with an identity of its own: the same one may be told twice. */
    private static final class Watching {
        final SessionListener listener;

        Watching(SessionListener listener) {
            this.listener = listener;
        }
    }

    CuratorSession(CuratorFramework client, Executor callbacks) {
        this.client = client;
        this.callbacks = callbacks;
    }

    Subscription watch(SessionListener listener) {
        Watching added = new Watching(listener);
        watching.add(added);
        callbacks.execute(() -> tell(added));
        return () -> watching.remove(added);
    }

    @Override
    public void stateChanged(CuratorFramework changed, ConnectionState next) {
        callbacks.execute(() -> onState(next));
    }

    private void onState(ConnectionState next) {
        switch (next) {
            case CONNECTED, RECONNECTED -> onConnected(currentSessionId());
            case SUSPENDED, READ_ONLY -> become(SessionState.SUSPENDED, sessionId);
            case LOST -> become(SessionState.LOST, sessionId);
        }
    }

    private void onConnected(long id) {
        if (id == 0) {
            // Broken off again while the news were on their way; more news follow.
            become(SessionState.SUSPENDED, sessionId);
            return;
        }
        if (sessionId != 0 && id != sessionId && state != SessionState.LOST) {
            become(SessionState.LOST, sessionId);
        }
        become(SessionState.CONNECTED, id);
    }

    private void become(SessionState next, long id) {
        if (state != next || sessionId != id) {
            LOG.info("Session 0x{} is {}", Long.toHexString(id), next);
            state = next;
            sessionId = id;
            watching.forEach(this::tell);
        }
    }

    private void tell(Watching one) {
        if (watching.contains(one)) {
            one.listener.onSession(state, sessionId);
        }
    }

    private long currentSessionId() {
        // Asked for the handle, Curator throws what failed in the background earlier, one failure a call.
        while (client.getZookeeperClient().isConnected()) {
            try {
                return client.getZookeeperClient().getZooKeeper().getSessionId();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return 0;
            } catch (Exception e) {
                LOG.warn("ZooKeeper client failed earlier", e);
            }
        }
        return 0;
    }
}
