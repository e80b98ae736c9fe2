package io.millrace.coordinator;

import static io.millrace.coordinator.Contract.commit;
import static io.millrace.coordinator.Contract.delete;
import static io.millrace.coordinator.Contract.eventually;
import static io.millrace.coordinator.Contract.get;
import static io.millrace.coordinator.Contract.made;
import static io.millrace.coordinator.Contract.newNode;
import static io.millrace.coordinator.Contract.read;
import static io.millrace.coordinator.Contract.set;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.coordinator.CommitResult.Reason;
import io.millrace.coordinator.tree.ControllerNode;
import io.millrace.coordinator.tree.NodeCodec;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

/** Election of the controller. */
interface ElectionContract extends Contract {

    String EPOCH = "/controller/epoch";

    @Test
    default void theControllersEpochIsTheVersionOfTheNodeThatNamesIt() {
        Coordinator client = prepared();

        Candidate one = candidate(client, 1);

        assertThat(one.becomesController()).isEqualTo(1);
        Node node = read(client, EPOCH).orElseThrow();
        assertThat(node.version()).isEqualTo(1);
        assertThat(NodeCodec.decode(EPOCH, node.data(), ControllerNode.class)).isEqualTo(one.self);
    }

    @Test
    default void theEpochGrowsWithEachController() {
        Candidate one = candidate(prepared(), 1);
        one.becomesController(1);
        Coordinator second = connect();
        Candidate two = candidate(second, 2);
        isQueued(second, 2);

        one.election.close();
        two.becomesController(2);
        Coordinator third = connect();
        Candidate three = candidate(third, 3);
        isQueued(third, 2);
        two.election.close();
        three.becomesController(3);

        assertThat(one.events).containsExactly("elected 1", "resigned");
        assertThat(two.events).containsExactly("elected 2", "resigned");
    }

    @Test
    default void aControllerThatResignsHandsOverAndStandsAgain() {
        Coordinator client = prepared();
        Candidate one = candidate(client, 1);
        one.becomesController(1);
        Candidate two = candidate(connect(), 2);
        isQueued(client, 2);

        one.election.resign("moving house");
        two.becomesController(2);
        isQueued(client, 2);
        two.election.resign("too");

        one.becomesController(3);
        assertThat(one.events).containsExactly("elected 1", "resigned", "elected 3");
    }

    @Test
    default void aDeletedLatchNodeEndsTheTerm() {
        Coordinator client = prepared();
        Candidate one = candidate(client, 1);
        one.becomesController(1);
        Candidate two = candidate(connect(), 2);
        isQueued(client, 2);

        made(client, delete("/controller/latch/" + nodeOf(client, 1)));

        two.becomesController(2);
        eventually().untilAsserted(() -> assertThat(one.events).containsExactly("elected 1", "resigned"));
        two.election.close();
        one.becomesController(3);
    }

    @Test
    default void aStandbyTakesADeadControllersPlaceOutOfTheQueue() {
        Coordinator client = prepared();
        ElectionQueue queue = new ElectionQueue(client);
        assertThat(get(queue.first())).isEmpty();
        Candidate one = candidate(client, 1);
        one.becomesController(1);
        Candidate two = candidate(connect(), 2);
        isQueued(client, 2);
        ElectionQueue.Place first = get(queue.first()).orElseThrow();
        assertThat(first).isEqualTo(new ElectionQueue.Place("/controller/latch/" + nodeOf(client, 1), 1, 1));

        get(queue.remove(first));
        get(queue.remove(first));

        two.becomesController(2);
        eventually().untilAsserted(() -> {
            get(client.sync());
            assertThat(get(queue.first())).map(ElectionQueue.Place::brokerId).hasValue(2);
        });
    }

    @Test
    default void aDeletedLatchNodeOfOneThatWaitsDoesNotKeepItFromBeingElectedLater() {
        Coordinator client = prepared();
        Candidate one = candidate(client, 1);
        one.becomesController(1);
        Coordinator second = connect();
        Candidate two = candidate(second, 2);
        isQueued(client, 2);
        String waiting = nodeOf(client, 2);
        hasSeen(second, "/controller/latch/" + waiting);

        made(client, delete("/controller/latch/" + waiting));
        eventually()
                .until(() -> get(client.children("/controller/latch")).size() == 2
                        && !nodeOf(client, 2).equals(waiting));
        one.election.close();

        two.becomesController(2);
    }

    /** A watch tells levels: a node that goes before the watcher has seen it is never told. */
    private static void hasSeen(Coordinator client, String path) {
        Set<String> seen = ConcurrentHashMap.newKeySet();
        Subscription watch = client.watch("/controller", new TreeListener() {
            @Override
            public void onNode(Node node) {
                seen.add(node.path());
            }

            @Override
            public void onDeleted(String deleted) {
                seen.remove(deleted);
            }

            @Override
            public void onInitialized() {
                // The node that is waited for says enough.
            }
        });
        eventually().until(() -> seen.contains(path));
        watch.close();
    }

    @Test
    default void aControllerWhoseEpochIsRaisedByAnotherIsTold() {
        Coordinator client = prepared();
        Candidate one = candidate(client, 1);
        one.becomesController(1);

        made(client, set(EPOCH, NodeCodec.encode(new ControllerNode(9, 1, "localhost:9")), 1));

        one.becomesController(3);
        assertThat(one.events).containsExactly("elected 1", "resigned", "elected 3");
    }

    @Test
    default void aLostSessionEndsTheTermAndTheOldEpochWritesNoMore() {
        Coordinator deposed = prepared();
        Candidate one = candidate(deposed, 1);
        one.becomesController(1);
        Coordinator other = connect();
        Candidate two = candidate(other, 2);
        isQueued(other, 2);

        expireSession(deposed);

        two.becomesController(2);
        eventually().untilAsserted(() -> assertThat(one.events).containsExactly("elected 1", "resigned"));
        CommitResult late = commit(deposed, new Operation.Check(EPOCH, 1), newNode("/late", ""));
        assertThat(late).isEqualTo(new CommitResult.Refused(0, Reason.BAD_VERSION));
        two.election.close();
        one.becomesController(3);
    }

    @Test
    default void aClosedElectionTellsNoMoreAndLeavesTheQueue() {
        Coordinator client = prepared();
        Candidate one = candidate(client, 1);
        one.becomesController(1);

        one.election.close();

        eventually().until(() -> get(client.children("/controller/latch")).isEmpty());
        assertThat(one.events).containsExactly("elected 1", "resigned");
        assertThat(read(client, EPOCH).orElseThrow().version()).isEqualTo(1);
    }

    /** Raised once per try, an old tree would look like the newest one soon. */
    @Test
    default void r36AClaimLeavesATreeAloneThatIsOlderThanWhatWasSeen() {
        Coordinator client = prepared();
        ControllerNode self = new ControllerNode(1, 1, "localhost:1");

        CompletionStage<Integer> claim = new ElectionClaim(client, self, "/controller/latch", 5).run();

        assertThatThrownBy(() -> get(claim)).isInstanceOf(RolledBackException.class);
        assertThat(read(client, EPOCH)).isEmpty();
    }

    private Coordinator prepared() {
        Coordinator client = connect();
        BrokerIdentity identity = new BrokerIdentity(1, null, "c", "d", "b", 0, TreeAge.UNKNOWN);
        get(new BrokerRegistry(client, newCallbacks()).register(identity));
        return client;
    }

    private Candidate candidate(Coordinator client, int brokerId) {
        return new Candidate(client, brokerId, newCallbacks());
    }

    private static void isQueued(Coordinator client, int queueLength) {
        eventually().until(() -> {
            get(client.sync());
            return get(client.children("/controller/latch")).size() == queueLength;
        });
    }

    /** The queue's nodes hold the ids of those who stand. */
    private static String nodeOf(Coordinator client, int brokerId) {
        List<String> nodes = get(client.children("/controller/latch"));
        return nodes.stream()
                .filter(name -> read(client, "/controller/latch/" + name)
                        .filter(node -> node.data().equals(brokerId + ":1"))
                        .isPresent())
                .findFirst()
                .orElse("");
    }
}
