package io.millrace.coordinator.curator;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.coordinator.BrokerIdentity;
import io.millrace.coordinator.BrokerRegistry;
import io.millrace.coordinator.CommitResult;
import io.millrace.coordinator.Coordinator;
import io.millrace.coordinator.CoordinatorException;
import io.millrace.coordinator.Node;
import io.millrace.coordinator.Operation;
import io.millrace.coordinator.Registration;
import io.millrace.coordinator.SessionListener.SessionState;
import io.millrace.coordinator.TreeAge;
import io.millrace.coordinator.TreeListener;
import io.millrace.coordinator.tree.LiveNode;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.curator.test.TestingServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** ZooKeeper away, slow to forget, or late: only this adapter can meet that. */
class ServiceOutageTest {

    private static final String LIVE = "/brokers/1/live-1";

    private final TestingServer server;
    private final CuratorCoordinator client;
    private final ExecutorService callbacks = Executors.newSingleThreadExecutor();

    ServiceOutageTest() throws Exception {
        server = new TestingServer(CuratorContract.server(), false);
        client = new CuratorCoordinator(
                new CuratorConfig(server.getConnectString(), "/millrace", CuratorContract.SESSION_TIMEOUT_MS, 3000));
    }

    @AfterEach
    void close() throws Exception {
        client.close();
        callbacks.shutdownNow();
        server.close();
    }

    @Test
    void aClientThatIsThereBeforeTheServiceRegistersWhenItComes() throws Exception {
        CompletionStage<Registration> registration = registry().register(identity());

        server.start();

        assertThat(get(registration)).isEqualTo(new Registration(1, 1, "c"));
    }

    @Test
    void withoutTheServiceReadsFailTransactionsAreUnknownAndAfterwardsAllGoesOn() throws Exception {
        server.start();
        announce();
        List<SessionState> states = new CopyOnWriteArrayList<>();
        client.watchSession((state, id) -> states.add(state));

        server.stop();
        await().atMost(30, SECONDS).until(() -> states.contains(SessionState.SUSPENDED));
        CompletionStage<Optional<Node>> read = client.read("/cluster");
        CompletionStage<CommitResult> commit = client.commit(List.of(new Operation.Create("/x", "", false)));

        assertThat(get(commit)).isInstanceOf(CommitResult.Unknown.class);
        assertThat(read.toCompletableFuture())
                .failsWithin(Duration.ofSeconds(30))
                .withThrowableThat()
                .withCauseInstanceOf(CoordinatorException.class);

        server.restart();
        await().atMost(30, SECONDS).until(() -> states.get(states.size() - 1) == SessionState.CONNECTED);
        await().atMost(30, SECONDS).until(this::ownLiveNodeIsThere);
        assertThat(get(client.commit(List.of(new Operation.Create("/y", "", false)))))
                .isInstanceOf(CommitResult.Committed.class);
    }

    @Test
    void aWatchBegunWithoutTheServiceTellsAllAndThatItWasAllWhenThatIsBack() throws Exception {
        server.start();
        announce();
        List<SessionState> states = new CopyOnWriteArrayList<>();
        client.watchSession((state, id) -> states.add(state));
        server.stop();
        await().atMost(30, SECONDS).until(() -> states.contains(SessionState.SUSPENDED));
        List<String> told = new CopyOnWriteArrayList<>();

        client.watch("/brokers", new TreeListener() {
            @Override
            public void onNode(Node node) {
                told.add(node.path());
            }

            @Override
            public void onDeleted(String path) {
                // The live node goes where the old session has ended, and comes again.
            }

            @Override
            public void onInitialized() {
                told.add("initialized");
            }
        });
        server.restart();

        await().atMost(30, SECONDS).until(() -> told.contains("initialized"));
        assertThat(told).startsWith("/brokers", "/brokers/1");
    }

    @Test
    void aLiveNodeLeftByTheOwnOldSessionIsTakenOverBeforeThatEnds() throws Exception {
        server.start();
        announce();
        Node left = get(client.read(LIVE)).orElseThrow();

        // The service goes on keeping the old session; only this client has given it up.
        CuratorContract.Sessions.forget(client);

        await().atMost(Duration.ofMillis(CuratorContract.SESSION_TIMEOUT_MS / 2))
                .pollInterval(Duration.ofMillis(10))
                .until(this::ownLiveNodeIsThere);
        assertThat(get(client.read(LIVE)).orElseThrow().ephemeralOwner()).isNotEqualTo(left.ephemeralOwner());
    }

    @Test
    void nothingStaysOpenWhenTheClientIsClosed() {
        CompletionStage<Optional<Node>> read = client.read("/cluster");
        CompletionStage<CommitResult> commit = client.commit(List.of(new Operation.Create("/x", "", false)));

        client.close();

        assertThat(read.toCompletableFuture()).isCompletedExceptionally();
        assertThat(commit.toCompletableFuture())
                .isCompletedWithValueMatching(result -> result instanceof CommitResult.Unknown);
    }

    private boolean ownLiveNodeIsThere() throws Exception {
        long session = client.client().getZookeeperClient().getZooKeeper().getSessionId();
        try {
            return get(client.read(LIVE))
                    .filter(node -> node.ephemeralOwner() == session)
                    .isPresent();
        } catch (CoordinatorException stillAway) {
            return false;
        }
    }

    private void announce() {
        BrokerRegistry registry = registry();
        Registration registration = get(registry.register(identity()));
        get(registry.announce(registration, new LiveNode(1, 1, new TreeMap<>(), null), replaced -> {
            throw new AssertionError("replaced by " + replaced);
        }));
    }

    private BrokerRegistry registry() {
        return new BrokerRegistry((Coordinator) client, callbacks);
    }

    private static BrokerIdentity identity() {
        return new BrokerIdentity(1, null, "c", "d", "b", 0, TreeAge.UNKNOWN);
    }

    private static <T> T get(CompletionStage<T> stage) {
        CompletableFuture<T> future = stage.toCompletableFuture().orTimeout(30, SECONDS);
        try {
            return future.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }
}
