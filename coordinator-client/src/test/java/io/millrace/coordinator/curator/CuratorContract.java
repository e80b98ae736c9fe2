package io.millrace.coordinator.curator;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.coordinator.Coordinator;
import io.millrace.coordinator.CoordinatorContract;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.curator.test.InstanceSpec;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooKeeper;

/** The contract on ZooKeeper. Each test has a root of its own, so that the servers are started once a class. */
abstract class CuratorContract extends CoordinatorContract {

    static final int TICK_MS = 500;
    static final int SESSION_TIMEOUT_MS = 6000;
    private static final AtomicInteger ROOTS = new AtomicInteger();

    private final String root = "/test/" + ROOTS.incrementAndGet();

    abstract String connectString();

    /** On free ports, with the tick of the bundled ZooKeeper. */
    static InstanceSpec server() {
        return new InstanceSpec(
                null, ServerPorts.next(), ServerPorts.next(), ServerPorts.next(), true, -1, TICK_MS, -1);
    }

    @Override
    protected Coordinator newClient() {
        return new CuratorCoordinator(new CuratorConfig(connectString(), root, SESSION_TIMEOUT_MS, 3000));
    }

    @Override
    public void expireSession(Coordinator client) {
        Sessions.expire((CuratorCoordinator) client, connectString());
    }

    /** Ends sessions. */
    static final class Sessions {
        private Sessions() {}

        /** At the service, by closing the session from a second connection, and then at the client, to save the wait. */
        static void expire(CuratorCoordinator coordinator, String connectString) {
            try {
                ZooKeeper own = coordinator.client().getZookeeperClient().getZooKeeper();
                CountDownLatch connected = new CountDownLatch(1);
                ZooKeeper second = new ZooKeeper(
                        connectString,
                        SESSION_TIMEOUT_MS,
                        event -> {
                            if (event.getState() == KeeperState.SyncConnected) {
                                connected.countDown();
                            }
                        },
                        own.getSessionId(),
                        own.getSessionPasswd());
                assertThat(connected.await(30, TimeUnit.SECONDS)).isTrue();
                second.close();
                own.getTestable().injectSessionExpiration();
            } catch (Exception e) {
                throw new AssertionError("Cannot end the session", e);
            }
        }

        /** At the client only: the service keeps the old session and its nodes until its timeout. */
        static void forget(CuratorCoordinator coordinator) {
            try {
                coordinator
                        .client()
                        .getZookeeperClient()
                        .getZooKeeper()
                        .getTestable()
                        .injectSessionExpiration();
            } catch (Exception e) {
                throw new AssertionError("Cannot end the session", e);
            }
        }
    }
}
