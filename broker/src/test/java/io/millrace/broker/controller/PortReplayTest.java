package io.millrace.broker.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.controller.TestCluster.Asked;
import io.millrace.broker.core.BrokerIncarnation;
import io.millrace.broker.core.Outcome;
import io.millrace.broker.core.TopicImage;
import io.millrace.coordinator.Coordinator;
import io.millrace.coordinator.Operation;
import io.millrace.coordinator.ProducerIdBlocks;
import io.millrace.coordinator.ProducerIdBlocks.Block;
import io.millrace.coordinator.tree.Paths;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Scenarios whose rule is a name or a version in what the coordination service is asked: played as it is asked, and with
 * that taken out on the way.
 */
class PortReplayTest {

    private static final UnaryOperator<Operation> AS_ASKED = operation -> operation;
    private static final Predicate<String> NOTHING = path -> false;

    /** A controller that was deposed and has not heard of it takes the epoch that it finds for its own. */
    @Test
    void r17TheControllerEpochIsTheOneThatWasWon() {
        assertThat(isCreatedByADeposed(AS_ASKED)).isFalse();
        assertThat(isCreatedByADeposed(PortReplayTest::withWhateverEpochThereIs))
                .isTrue();
    }

    private static boolean isCreatedByADeposed(UnaryOperator<Operation> onCommit) {
        Predicate<String> hidden = path -> path.startsWith(Paths.CONTROLLER);
        TestCluster cluster = TestCluster.behind(port -> new CarelessCoordinator(port, onCommit, hidden), 1, 2, 3);
        takeOutOfTheQueue(cluster, 1);
        assertThat(cluster.broker(2).attendance().office).containsExactly(true);

        Asked<Outcome<TopicImage>> asked = new Asked<>();
        cluster.broker(1).controller().createTopic(TestCluster.topic("t", 1, 3), asked);
        cluster.settle();
        return cluster.exists(Paths.topic("t"));
    }

    private static Operation withWhateverEpochThereIs(Operation asked) {
        return asked instanceof Operation.Check check && check.path().equals(Paths.CONTROLLER_EPOCH)
                ? new Operation.Check(check.path(), Operation.ANY_VERSION)
                : asked;
    }

    /** Two brokers read the same block, and both take it. */
    @Test
    void r40ABlockOfProducerIdsIsTakenOnce() {
        assertThat(blocksTakenAtOnce(AS_ASKED)).doesNotHaveDuplicates();
        assertThat(blocksTakenAtOnce(PortReplayTest::overWhateverIsThere))
                .hasSize(2)
                .containsOnly(new Block(1_000, 2_000));
    }

    private static List<Block> blocksTakenAtOnce(UnaryOperator<Operation> onCommit) {
        TestCluster cluster = TestCluster.of(1);
        Coordinator port = new CarelessCoordinator(cluster.outsider, onCommit, NOTHING);
        new ProducerIdBlocks(port).take();
        cluster.settle();
        List<CompletionStage<Block>> taken = Stream.of(new ProducerIdBlocks(port), new ProducerIdBlocks(port))
                .map(ProducerIdBlocks::take)
                .toList();
        cluster.settle();
        return taken.stream().map(block -> block.toCompletableFuture().join()).toList();
    }

    private static Operation overWhateverIsThere(Operation asked) {
        return asked instanceof Operation.SetData set
                ? new Operation.SetData(set.path(), set.data(), Operation.ANY_VERSION)
                : asked;
    }

    /** The verdict is of the process before; the registration is of the one that has followed. */
    @Test
    void r45TheRegistrationThatIsTakenAwayIsOfTheProcessThatDied() {
        assertThat(isRegistrationOfTheNextProcessLeftAlone(AS_ASKED)).isTrue();
        assertThat(isRegistrationOfTheNextProcessLeftAlone(PortReplayTest::ofWhicheverProcess))
                .isFalse();
    }

    private static boolean isRegistrationOfTheNextProcessLeftAlone(UnaryOperator<Operation> onCommit) {
        TestCluster cluster = TestCluster.behind(port -> new CarelessCoordinator(port, onCommit, NOTHING), 1, 2, 3);
        cluster.create("t", 3, 3);
        int victim = cluster.controller().registration().brokerId() % 3 + 1;
        cluster.kill(victim);
        cluster.start(victim);
        long createdAt = cluster.node(Paths.live(victim, 2)).createdAt();

        cluster.controller().controller().onDead(new BrokerIncarnation(victim, 1), "test");
        cluster.settle();
        return cluster.exists(Paths.live(victim, 2))
                && cluster.node(Paths.live(victim, 2)).createdAt() == createdAt;
    }

    /** As if a broker had one place for its registration, whichever process is in it. */
    private static Operation ofWhicheverProcess(Operation asked) {
        return asked instanceof Operation.Delete delete && delete.path().endsWith("/live-1")
                ? new Operation.Delete(delete.path().replace("/live-1", "/live-2"), delete.expectedVersion())
                : asked;
    }

    /** Its place in the queue is gone, and the latch itself does not look there. */
    @Test
    void r49AControllerWatchesItsOwnPlace() {
        assertThat(officeOfOneWhosePlaceIsGone(NOTHING)).containsExactly(true, false);
        assertThat(officeOfOneWhosePlaceIsGone(path -> path.startsWith(Paths.CONTROLLER)))
                .as("two in office")
                .containsExactly(true);
    }

    private static List<Boolean> officeOfOneWhosePlaceIsGone(Predicate<String> hidden) {
        TestCluster cluster = TestCluster.behind(port -> new CarelessCoordinator(port, AS_ASKED, hidden), 1, 2, 3);
        takeOutOfTheQueue(cluster, 1);
        return cluster.broker(1).attendance().office;
    }

    private static void takeOutOfTheQueue(TestCluster cluster, int controller) {
        assertThat(cluster.broker(controller).attendance().office).containsExactly(true);
        cluster.broker(2).controller().onDead(new BrokerIncarnation(controller, 1), "test");
        cluster.settle();
    }
}
