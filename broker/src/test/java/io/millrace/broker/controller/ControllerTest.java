package io.millrace.broker.controller;

import static io.millrace.broker.controller.TestCluster.refusal;
import static io.millrace.broker.controller.TestCluster.topic;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.millrace.broker.controller.TestCluster.Asked;
import io.millrace.broker.core.BrokerIncarnation;
import io.millrace.broker.core.ClusterImage;
import io.millrace.broker.core.ErrorReason;
import io.millrace.broker.core.IsrProposal;
import io.millrace.broker.core.IsrVerdict;
import io.millrace.broker.core.IsrVerdict.Kind;
import io.millrace.broker.core.Outcome;
import io.millrace.broker.core.PartitionState;
import io.millrace.broker.core.Refusal;
import io.millrace.broker.core.TopicImage;
import io.millrace.broker.core.TopicPartition;
import io.millrace.broker.core.controller.UncleanLeaders;
import io.millrace.coordinator.Operation;
import io.millrace.coordinator.memory.InMemoryCoordinator.LostAnswer;
import io.millrace.coordinator.tree.BrokerNode;
import io.millrace.coordinator.tree.ControllerNode;
import io.millrace.coordinator.tree.NodeCodec;
import io.millrace.coordinator.tree.Paths;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

class ControllerTest {

    @Test
    void leadershipMovesWhenALeaderDiesAndTheIsrGrowsOnlyByProposal() {
        TestCluster cluster = TestCluster.of(1, 2, 3);
        cluster.create("t", 1, 3);
        int leader = cluster.partition("t", 0).leader();

        cluster.kill(leader);
        PartitionState moved = cluster.partition("t", 0);
        cluster.start(leader);

        assertThat(moved.leader()).isNotEqualTo(leader).isPositive();
        assertThat(moved.leaderEpoch()).isEqualTo(1);
        assertThat(moved.isr()).hasSize(2).doesNotContain(leader);
        assertThat(cluster.partition("t", 0)).isEqualTo(moved);
    }

    @Test
    void aBrokerThatAnnouncesItsStopHandsOverBeforeItIsAnswered() {
        TestCluster cluster = TestCluster.of(1, 2, 3);
        cluster.create("t", 6, 3);
        BrokerIncarnation stopping = new BrokerIncarnation(2, 1);
        Asked<Outcome<Integer>> asked = new Asked<>();

        cluster.controller().controller().announceStop(stopping, asked);
        cluster.time.settle();

        assertThat(asked.answer()).isEqualTo(Outcome.ok(0));
        for (int partition = 0; partition < 6; partition++) {
            assertThat(cluster.partition("t", partition).leader()).isIn(1, 3);
            assertThat(cluster.partition("t", partition).isr()).containsExactly(1, 3);
        }
    }

    @Test
    void allOtherBrokersAreToldWhatWasRecordedAsItStandsInTheTree() {
        TestCluster cluster = TestCluster.of(1, 2, 3);
        cluster.create("t", 6, 3);
        int self = cluster.controller().registration().brokerId();

        cluster.controller().controller().announceStop(new BrokerIncarnation(2, 1), new Asked<>());
        cluster.time.settle();

        RecordedChunk recorded = new RecordedChunk(
                Paths.topicState("t", 0), cluster.node(Paths.topicState("t", 0)).data());
        assertThat(cluster.told).hasSize(2).doesNotContainKey(self);
        assertThat(cluster.told.values()).allSatisfy(told -> assertThat(told).containsExactly(recorded));
    }

    @Test
    void theControllerItselfKnowsWhatItHasRecordedBeforeItsWatchBringsIt() {
        AtomicBoolean isLate = new AtomicBoolean();
        TestCluster cluster = TestCluster.behind(
                port -> new CarelessCoordinator(
                        port, operation -> operation, path -> isLate.get() && path.equals(Paths.topicState("t", 0))),
                1,
                2,
                3);
        cluster.create("t", 6, 3);
        TestCluster.TestBroker controller = cluster.controller();
        ClusterImage before = controller.feed().image();
        isLate.set(true);

        controller.controller().announceStop(new BrokerIncarnation(2, 1), new Asked<>());
        cluster.time.settle();

        assertThat(controller.feed().image().topics()).isNotEqualTo(before.topics());
        assertThat(cluster.broker(2).feed().image().topics())
                .as("who has neither been told nor seen it")
                .isEqualTo(before.topics());
    }

    @Test
    void theStopOfABrokerThatIsNotThereIsNotAccepted() {
        TestCluster cluster = TestCluster.of(1, 2, 3);
        cluster.create("t", 6, 3);
        Asked<Outcome<Integer>> unknown = new Asked<>();
        Asked<Outcome<Integer>> earlier = new Asked<>();

        cluster.controller().controller().announceStop(new BrokerIncarnation(9, 1), unknown);
        cluster.controller().controller().announceStop(new BrokerIncarnation(2, 0), earlier);
        cluster.time.settle();

        assertThat(unknown.answer()).isInstanceOf(Outcome.No.class);
        assertThat(earlier.answer()).isInstanceOf(Outcome.No.class);
    }

    @Test
    void preferredLeadersReturnWhenTheyAreInSyncAndNothingElseHappens() {
        TestCluster cluster = TestCluster.of(1, 2, 3);
        cluster.create("t", 1, 3);
        int preferred = cluster.partition("t", 0).replicas().get(0);
        cluster.kill(preferred);
        cluster.start(preferred);
        Asked<IsrVerdict> asked = new Asked<>();
        cluster.controller().controller().proposeIsr(proposal(cluster, "t", 0, 1, 2, 3), asked);
        cluster.time.settle();
        assertThat(asked.answer().kind()).isEqualTo(Kind.COMMITTED);
        assertThat(cluster.partition("t", 0).leader()).as("not at once").isNotEqualTo(preferred);

        cluster.time.advance(TimeUnit.SECONDS.toNanos(10));

        assertThat(cluster.partition("t", 0).isLedBy(new BrokerIncarnation(preferred, 2)))
                .isTrue();
    }

    @Test
    void theNextControllerElectsForThoseThatDiedWithTheLast() {
        TestCluster cluster = TestCluster.of(1, 2, 3);
        cluster.create("t", 6, 3);
        int controller = cluster.controller().registration().brokerId();
        int epoch = cluster.image().controllerEpoch();

        cluster.kill(controller);

        assertThat(cluster.image().controllerEpoch()).isGreaterThan(epoch);
        for (int partition = 0; partition < 6; partition++) {
            assertThat(cluster.partition("t", partition).leader())
                    .isNotEqualTo(controller)
                    .isPositive();
            assertThat(cluster.partition("t", partition).isr()).hasSize(2).doesNotContain(controller);
        }
    }

    @Test
    void brokersThatComeBackFromTheDeadLeadUnderTheirNewIncarnationAndAHigherEpoch() {
        TestCluster cluster = TestCluster.of(1, 2, 3);
        cluster.create("t", 3, 3);
        for (int id = 1; id <= 3; id++) {
            cluster.killQuietly(id);
        }
        cluster.time.settle();

        cluster.start(2);
        cluster.start(3);

        for (int partition = 0; partition < 3; partition++) {
            PartitionState state = cluster.partition("t", partition);
            assertThat(state.leader()).isPositive();
            assertThat(state.leaderBrokerEpoch()).isEqualTo(2);
            assertThat(state.leaderEpoch()).isPositive();
        }
        assertThat(cluster.create("u", 1, 2).partitions().get(0)).isNotNull();
    }

    @Test
    void aPartitionThatNobodyCanLeadForCertainIsLedWhenAPersonWantsIt() {
        TestCluster cluster = TestCluster.of(1, 2);
        cluster.create("t", 2, 2);
        cluster.killQuietly(1);
        cluster.killQuietly(2);
        cluster.time.settle();
        cluster.startEmptied(1);
        cluster.startEmptied(2);
        PartitionState stuck = cluster.partition("t", 0);
        assertThat(stuck.leader()).isEqualTo(PartitionState.NO_LEADER);
        assertThat(stuck.members()).isEmpty();
        Asked<Outcome<UncleanLeaders>> asked = new Asked<>();
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        Logger decisions = (Logger) LoggerFactory.getLogger(DecisionLog.class);
        log.start();
        decisions.setLevel(Level.WARN);
        decisions.addAppender(log);

        cluster.controller().controller().electUnclean("t", "t-id", OptionalInt.of(0), asked);
        cluster.settle();
        decisions.detachAppender(log);
        decisions.setLevel(null);

        PartitionState led = cluster.partition("t", 0);
        assertThat(asked.answer())
                .isEqualTo(Outcome.ok(new UncleanLeaders(new TreeMap<>(Map.of(0, led)), new TreeSet<>())));
        assertThat(led.isLedBy(new BrokerIncarnation(led.leader(), 2))).isTrue();
        assertThat(stuck.lastKnownElr()).contains(led.leader());
        assertThat(led.isr()).containsExactly(led.leader());
        assertThat(led.leaderEpoch()).isEqualTo(stuck.leaderEpoch() + 1);
        assertThat(cluster.partition("t", 1).leader()).isEqualTo(PartitionState.NO_LEADER);
        assertThat(log.list).singleElement().satisfies(line -> {
            assertThat(line.getLevel()).isEqualTo(Level.WARN);
            assertThat(line.getFormattedMessage()).contains("t-0", "unclean", "acknowledged records may be lost");
        });
        Asked<Outcome<UncleanLeaders>> again = new Asked<>();
        cluster.controller().controller().electUnclean("t", null, OptionalInt.of(0), again);
        cluster.settle();
        assertThat(refusal(again.answer()).reason()).isEqualTo(ErrorReason.ELECTION_NOT_NEEDED);
        assertThat(refusal(again.answer()).definite()).isTrue();
        assertThat(cluster.partition("t", 0)).isEqualTo(led);
    }

    @Test
    void aDeposedControllersWriteIsRefusedAndItStepsBack() {
        TestCluster cluster = TestCluster.of(1);
        int epoch = cluster.image().controllerEpoch();
        Asked<Outcome<TopicImage>> asked = new Asked<>();

        cluster.broker(1).controller().createTopic(topic("t", 1, 1), asked);
        cluster.meddle(new Operation.SetData(
                Paths.CONTROLLER_EPOCH, NodeCodec.encode(new ControllerNode(9, 1, "elsewhere:1")), epoch));
        cluster.time.settle();

        Refusal refusal = refusal(asked.answer());
        assertThat(refusal.reason()).isEqualTo(ErrorReason.CONTROLLER_NOT_AVAILABLE);
        assertThat(refusal.definite()).isTrue();
        assertThat(cluster.exists(Paths.topic("t"))).isFalse();
        assertThat(cluster.image().controllerEpoch()).as("it stands again").isGreaterThan(epoch + 1);
    }

    @ParameterizedTest
    @EnumSource(LostAnswer.class)
    void anUnknownOutcomeIsSaidToBeOneAndTheNextTermReadsWhatCameOfIt(LostAnswer lost) {
        TestCluster cluster = TestCluster.of(1);
        int epoch = cluster.image().controllerEpoch();
        Asked<Outcome<TopicImage>> asked = new Asked<>();

        cluster.broker(1).coordinator().loseAnswerOfNextCommit(lost);
        cluster.broker(1).controller().createTopic(topic("t", 1, 1), asked);
        cluster.time.settle();

        assertThat(refusal(asked.answer()).definite()).isFalse();
        assertThat(cluster.image().controllerEpoch()).isGreaterThan(epoch);
        assertThat(cluster.image().topics().containsKey("t")).isEqualTo(lost == LostAnswer.APPLIED);
        Asked<Outcome<TopicImage>> again = new Asked<>();
        cluster.broker(1).controller().createTopic(topic("t", 1, 1), again);
        cluster.time.settle();
        if (lost == LostAnswer.APPLIED) {
            assertThat(refusal(again.answer()).reason()).isEqualTo(ErrorReason.TOPIC_EXISTS);
        } else {
            assertThat(again.answer()).isInstanceOf(Outcome.Ok.class);
        }
    }

    @Test
    void aTreeThatSomebodyElseWroteIsReadAgainBeforeItIsChanged() {
        TestCluster cluster = TestCluster.of(1, 2, 3);
        cluster.create("t", 1, 3);
        int controller = cluster.controller().registration().brokerId();
        int other = controller == 1 ? 2 : 1;
        String chunk = Paths.topicState("t", 0);
        cluster.meddle(new Operation.SetData(chunk, cluster.node(chunk).data(), 0));

        cluster.kill(other);

        assertThat(cluster.partition("t", 0).isr()).hasSize(2).doesNotContain(other);
        assertThat(cluster.partition("t", 0).leader()).isPositive().isNotEqualTo(other);
    }

    @Test
    void proposalsThatComeTogetherAreRecordedTogether() {
        TestCluster cluster = TestCluster.of(1, 2, 3);
        cluster.create("t", 50, 3);
        List<Asked<IsrVerdict>> asked = IntStream.range(0, 50)
                .mapToObj(partition -> leaveOneOut(cluster, "t", partition))
                .toList();

        cluster.time.settle();

        assertThat(asked).allSatisfy(one -> assertThat(one.answer().kind()).isEqualTo(Kind.COMMITTED));
        for (int partition = 0; partition < 50; partition++) {
            PartitionState state = cluster.partition("t", partition);
            assertThat(state.isr()).hasSize(2).contains(state.leader());
            assertThat(asked.get(partition).answer().state()).isEqualTo(state);
        }
        assertThat(cluster.node(Paths.topicState("t", 0)).version())
                .as("writes: the first alone, and what came while it was under way")
                .isEqualTo(2);
    }

    @Test
    void aJoinerThatRestartedUnnoticedIsNotRecorded() {
        TestCluster cluster = TestCluster.of(1, 2);
        cluster.create("t", 1, 2);
        shrinkToLeader(cluster, "t", 0);
        cluster.time.settle();
        PartitionState alone = cluster.partition("t", 0);
        int follower = 3 - alone.leader();
        Asked<IsrVerdict> asked = new Asked<>();

        cluster.controller().controller().proposeIsr(proposal(cluster, "t", 0, 1, 2), asked);
        String node = Paths.broker(follower);
        cluster.meddle(
                new Operation.SetData(node, NodeCodec.encode(new BrokerNode(2, List.of("empty"), "boot", 2, 2)), 0));
        cluster.time.settle();

        assertThat(asked.answer().kind()).isEqualTo(Kind.NOT_CONTROLLER);
        assertThat(cluster.partition("t", 0).isr()).containsExactly(alone.leader());
    }

    @Test
    void whoIsNotControllerSaysSo() {
        TestCluster cluster = TestCluster.of(1, 2);
        TopicImage created = cluster.create("t", 1, 2);
        int other = 3 - cluster.controller().registration().brokerId();
        Asked<Outcome<String>> deleted = new Asked<>();
        Asked<Outcome<UncleanLeaders>> elected = new Asked<>();
        Asked<IsrVerdict> proposed = new Asked<>();

        cluster.broker(other).controller().electUnclean("t", null, OptionalInt.empty(), elected);
        cluster.broker(other).controller().deleteTopic("t", null, deleted);
        cluster.broker(other).controller().proposeIsr(proposal(cluster, "t", 0, 1, 2), proposed);
        cluster.time.settle();

        assertThat(refusal(deleted.answer()).reason()).isEqualTo(ErrorReason.CONTROLLER_NOT_AVAILABLE);
        assertThat(refusal(elected.answer()).reason()).isEqualTo(ErrorReason.CONTROLLER_NOT_AVAILABLE);
        assertThat(proposed.answer().kind()).isEqualTo(Kind.NOT_CONTROLLER);
        assertThat(cluster.image().topics()).containsEntry("t", created);
    }

    @Test
    void statesThatDoNotFitTogetherAreLeftAlone() {
        TestCluster cluster = TestCluster.of(1, 2);
        cluster.create("t", 1, 2);
        String chunk = Paths.topicState("t", 0);
        String broken = cluster.node(chunk).data().replace("\"isr\":[1,2]", "\"isr\":[]");
        cluster.meddle(new Operation.SetData(chunk, broken, 0));

        cluster.kill(cluster.controller().registration().brokerId());

        assertThat(cluster.node(chunk).data()).isEqualTo(broken);
        assertThat(cluster.create("u", 1, 1).name()).isEqualTo("u");
    }

    @Test
    void aClosedControllerAnswersWhatWaits() {
        TestCluster cluster = TestCluster.of(1);
        Asked<Outcome<TopicImage>> asked = new Asked<>();

        cluster.broker(1).controller().close();
        cluster.broker(1).controller().createTopic(topic("t", 1, 1), asked);
        cluster.time.settle();

        assertThat(refusal(asked.answer()).definite()).isTrue();
        assertThat(cluster.exists(Paths.topic("t"))).isFalse();
    }

    private static Asked<IsrVerdict> leaveOneOut(TestCluster cluster, String topic, int partition) {
        Asked<IsrVerdict> asked = new Asked<>();
        int leader = cluster.partition(topic, partition).leader();
        int[] isr = IntStream.of(leader, leader % 3 + 1).sorted().toArray();
        cluster.controller().controller().proposeIsr(proposal(cluster, topic, partition, isr), asked);
        return asked;
    }

    private static Asked<IsrVerdict> shrinkToLeader(TestCluster cluster, String topic, int partition) {
        Asked<IsrVerdict> asked = new Asked<>();
        int leader = cluster.partition(topic, partition).leader();
        cluster.controller().controller().proposeIsr(proposal(cluster, topic, partition, leader), asked);
        return asked;
    }

    private static IsrProposal proposal(TestCluster cluster, String topic, int partition, int... isr) {
        PartitionState state = cluster.partition(topic, partition);
        return new IsrProposal(
                new TopicPartition(topic + "-id", partition),
                new BrokerIncarnation(state.leader(), state.leaderBrokerEpoch()),
                cluster.image().controllerEpoch(),
                state.leaderEpoch(),
                state.partitionEpoch(),
                IntStream.of(isr)
                        .mapToObj(id -> new BrokerIncarnation(
                                id, cluster.broker(id).registration().brokerEpoch()))
                        .toList());
    }
}
