package io.millrace.coordinator.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.coordinator.BrokerIdentity;
import io.millrace.coordinator.BrokerRegistry;
import io.millrace.coordinator.ControllerElection;
import io.millrace.coordinator.ElectionListener;
import io.millrace.coordinator.Node;
import io.millrace.coordinator.Operation;
import io.millrace.coordinator.ProducerIdBlocks;
import io.millrace.coordinator.Registration;
import io.millrace.coordinator.SessionListener.SessionState;
import io.millrace.coordinator.TreeAge;
import io.millrace.coordinator.memory.InMemoryCoordinator.LostAnswer;
import io.millrace.coordinator.tree.ControllerNode;
import io.millrace.coordinator.tree.LiveNode;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the typed operations do where the answer to a transaction is lost: step by step, on a queue. */
class LostAnswerTest {

    private final TaskQueue queue = new TaskQueue();
    private final InMemoryTree tree = new InMemoryTree();
    private final InMemoryCoordinator client = tree.connect(queue);
    private final List<String> told = new ArrayList<>();

    @ParameterizedTest
    @EnumSource(LostAnswer.class)
    void aRegistrationWhoseAnswerIsLostTakesAnEpochThatNobodyElseHas(LostAnswer lost) {
        register(1);
        client.loseAnswerOfNextCommit(lost);

        long second = register(1).brokerEpoch();

        assertThat(second).isEqualTo(lost == LostAnswer.APPLIED ? 3 : 2);
        assertThat(register(1).brokerEpoch()).isEqualTo(second + 1);
    }

    @ParameterizedTest
    @EnumSource(LostAnswer.class)
    void aLiveNodeIsPutUpOnceThoughTheAnswerIsLost(LostAnswer lost) {
        BrokerRegistry registry = new BrokerRegistry(client, queue);
        Registration registration = value(registry.register(identity(1)));
        client.loseAnswerOfNextCommit(lost);

        value(registry.announce(
                registration, new LiveNode(1, 1, new TreeMap<>(), null), epoch -> told.add("replaced")));

        assertThat(tree.read("/brokers/1/live-1"))
                .hasValueSatisfying(live -> assertThat(live.ephemeralOwner()).isEqualTo(client.sessionId()));
        assertThat(told).isEmpty();
    }

    @Test
    void anElectionThatHappenedThoughItsAnswerWasLostIsFoundByReadingBack() {
        electAfterLoss(LostAnswer.APPLIED);

        assertThat(told).containsExactly("elected 1");
        assertThat(epochNode().version()).isEqualTo(1);
    }

    @Test
    void anElectionThatDidNotHappenIsTriedAgain() {
        electAfterLoss(LostAnswer.NOT_APPLIED);

        assertThat(told).containsExactly("elected 1");
        assertThat(epochNode().version()).isEqualTo(1);
    }

    @Test
    void aControllerKeepsItsRoleWhileSuspendedAndWritesOnAfterwards() {
        elected();

        client.suspend();
        queue.runAll();
        client.reconnect();
        queue.runAll();

        assertThat(told).containsExactly("elected 1");
    }

    @Test
    void aControllerReplacedWhileItWasSuspendedIsToldWhenItIsBack() {
        elected();
        client.suspend();
        InMemoryCoordinator other = tree.connect(queue);
        value(other.commit(List.of(new Operation.SetData("/controller/epoch", "{}", 1))));

        client.reconnect();
        queue.runAll();

        assertThat(told).containsExactly("elected 1", "resigned", "elected 3");
    }

    @ParameterizedTest
    @EnumSource(LostAnswer.class)
    void r40ABlockOfProducerIdsWhoseAnswerIsLostIsNotGivenTwice(LostAnswer lost) {
        ProducerIdBlocks blocks = new ProducerIdBlocks(client);
        value(blocks.take());
        client.loseAnswerOfNextCommit(lost);

        long second = value(blocks.take()).first();

        assertThat(second).isEqualTo(lost == LostAnswer.APPLIED ? 2_000 : 1_000);
        assertThat(value(new ProducerIdBlocks(tree.connect(queue)).take()).first())
                .isEqualTo(second + 1_000);
    }

    @Test
    void aLostAnswerComesWithABrokenConnectionAndTheSameSession() {
        List<SessionState> states = new ArrayList<>();
        client.watchSession((state, id) -> states.add(state));
        long before = client.sessionId();
        client.loseAnswerOfNextCommit(LostAnswer.APPLIED);

        register(1);

        assertThat(states).containsExactly(SessionState.CONNECTED, SessionState.SUSPENDED, SessionState.CONNECTED);
        assertThat(client.sessionId()).isEqualTo(before);
    }

    private void elected() {
        register(1);
        stand();
        queue.runAll();
        assertThat(told).containsExactly("elected 1");
    }

    private void electAfterLoss(LostAnswer lost) {
        register(1);
        stand();
        client.loseAnswerOfNextCommit(lost);
        queue.runAll();
    }

    private void stand() {
        ControllerNode self = new ControllerNode(1, 1, "localhost:1");
        new ControllerElection(client, self, queue, () -> 0, new ElectionListener() {
                    @Override
                    public void onElected(int controllerEpoch) {
                        told.add("elected " + controllerEpoch);
                    }

                    @Override
                    public void onResigned(String why) {
                        told.add("resigned");
                    }
                })
                .start();
        // The place in the queue is taken; the claim that it leads to waits in the queue of tasks.
        queue.runOne();
    }

    private Node epochNode() {
        return tree.read("/controller/epoch").orElseThrow();
    }

    private Registration register(int brokerId) {
        return value(new BrokerRegistry(client, queue).register(identity(brokerId)));
    }

    private static BrokerIdentity identity(int brokerId) {
        return new BrokerIdentity(brokerId, null, "c", "d", "b", 0, TreeAge.UNKNOWN);
    }

    private <T> T value(CompletionStage<T> stage) {
        queue.runAll();
        return stage.toCompletableFuture().getNow(null);
    }
}
