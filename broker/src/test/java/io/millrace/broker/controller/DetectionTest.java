package io.millrace.broker.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.controller.TestCluster.TestBroker;
import io.millrace.broker.core.BrokerIncarnation;
import io.millrace.broker.core.FailedLog;
import io.millrace.broker.core.PartitionState;
import io.millrace.broker.core.Safeguard;
import io.millrace.broker.core.Safeguards;
import io.millrace.broker.core.TopicImage;
import io.millrace.broker.core.TopicPartition;
import io.millrace.coordinator.Operation;
import io.millrace.coordinator.tree.Paths;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a controller makes of the detector's verdicts, and of brokers that are heard without being registered. */
class DetectionTest {

    private final TestCluster cluster = TestCluster.of(1, 2, 3);

    @Test
    void aDeadBrokerLeadsNoMoreAndItsRegistrationGoesLongBeforeItsSession() {
        cluster.create("t", 6, 3);
        int controller = controllerId();
        int victim = other(controller);
        cluster.freeze(victim);

        cluster.broker(controller).controller().onDead(incarnation(victim), "test");
        cluster.time.settle();

        assertThat(cluster.exists(Paths.live(victim, 1))).isFalse();
        PartitionState[] after = partitions(controller, 6);
        assertThat(after).allSatisfy(state -> {
            assertThat(state.leader()).isPositive().isNotEqualTo(victim);
            assertThat(state.isr()).hasSize(2).doesNotContain(victim);
        });
    }

    @Test
    void aRegistrationThatIsGoneAlreadyDoesNotStopTheBurialOfADeadBroker() {
        cluster.create("t", 1, 3);
        int controller = controllerId();
        int victim = other(controller);
        int epoch = cluster.image().controllerEpoch();
        cluster.kill(victim);

        cluster.broker(controller).controller().onDead(new BrokerIncarnation(victim, 1), "test");
        cluster.settle();

        assertThat(cluster.image().controllerEpoch()).as("the term goes on").isEqualTo(epoch);
        assertThat(cluster.create("u", 1, 2).name()).isEqualTo("u");
    }

    @Test
    void r45ALateVerdictDoesNotHitTheProcessThatFollows() {
        cluster.create("t", 3, 3);
        int victim = other(controllerId());
        cluster.kill(victim);
        cluster.start(victim);

        cluster.controller().controller().onDead(new BrokerIncarnation(victim, 1), "test");
        cluster.settle();

        assertThat(cluster.exists(Paths.live(victim, 2))).isTrue();
        assertThat(cluster.create("u", 1, 3).replicationFactor()).isEqualTo(3);
    }

    @Test
    void whoWasCalledDeadByMistakeRegistersAgainAndCountsOnceItIsHeard() {
        cluster.create("t", 3, 3);
        TestBroker controller = cluster.controller();
        int victim = other(controllerId());

        controller.controller().onDead(incarnation(victim), "test");
        cluster.settle();
        assertThat(cluster.exists(Paths.live(victim, 1))).as("put up again").isTrue();
        assertThat(createdReplicas("u")).doesNotContain(victim);

        controller.attendance().heard.add(incarnation(victim));
        controller.controller().onReturned(incarnation(victim));
        cluster.settle();

        assertThat(createdReplicas("v")).contains(victim);
    }

    @Test
    void anOlderReadingOfTheLiveBrokersIsNeverActedUponAfterANewerOne() {
        cluster.create("t", 6, 3);
        int controller = controllerId();
        int victim = other(controller);
        cluster.freeze(victim);
        int bystander = 6 - controller - victim;

        // A reading that still shows the victim is under way when the verdict comes.
        cluster.broker(controller).attendance().heard.add(incarnation(bystander));
        cluster.broker(bystander).coordinator().expireSession();
        cluster.broker(controller).controller().onDead(incarnation(victim), "test");
        cluster.settle();

        assertThat(partitions(controller, 6))
                .allSatisfy(state -> assertThat(state.isr()).doesNotContain(victim));
        assertThat(createdReplicas("u")).doesNotContain(victim);
    }

    @Test
    void r46NobodyWhoIsHeardLosesAPlaceWhenAllSessionsExpire() {
        cluster.create("t", 6, 3);
        everybodyHearsEverybody();
        PartitionState[] before = partitions(1, 6);

        expireAll();

        assertThat(partitions(1, 6)).isEqualTo(before);
    }

    @Test
    void r46NobodyWhoIsHeardLosesAPlaceForWantOfARegistration() {
        cluster.create("t", 6, 3);
        everybodyHearsEverybody();
        int victim = other(controllerId());
        int controller = controllerId();
        PartitionState[] before = partitions(controller, 6);
        cluster.freeze(victim);

        cluster.meddle(new Operation.Delete(Paths.live(victim, 1), Operation.ANY_VERSION));
        cluster.settle();

        assertThat(partitions(controller, 6)).isEqualTo(before);
    }

    @Test
    void r46WithoutThatRuleTheirPlacesAreLost() {
        TestCluster without = TestCluster.of(Safeguards.without(Safeguard.R46_HEARD_IS_ALIVE), 1, 2, 3);
        without.create("t", 6, 3);
        TestBroker controller = without.controller();
        for (int id = 1; id <= 3; id++) {
            controller.attendance().heard.add(new BrokerIncarnation(id, 1));
        }
        int victim = other(controller.registration().brokerId());
        without.freeze(victim);

        without.meddle(new Operation.Delete(Paths.live(victim, 1), Operation.ANY_VERSION));
        without.settle();

        TopicImage topic =
                Objects.requireNonNull(controller.feed().image().topics().get("t"));
        assertThat(topic.partitions().values())
                .allSatisfy(state -> assertThat(state.isr()).doesNotContain(victim));
    }

    @Test
    void r46ANewTermWaitsForLeadersThatAreOnTheirWayBack() {
        cluster.create("t", 6, 3);
        PartitionState[] before = partitions(1, 6);
        TestBroker next = missingTheThirdAtTheBeginningOfATerm();

        next.attendance().heard.add(incarnation(3));
        cluster.settle();

        assertThat(cluster.image(2).controller()).isEqualTo(incarnation(2));
        assertThat(partitions(2, 6)).isEqualTo(before);
    }

    @Test
    void r46ANewTermDoesNotWaitForEver() {
        cluster.create("t", 6, 3);
        missingTheThirdAtTheBeginningOfATerm();

        cluster.settle();

        assertThat(partitions(2, 6)).allSatisfy(state -> assertThat(state.isr()).doesNotContain(3));
    }

    /** Broker 2 takes over; broker 3, a leader, has lost its registration, and 2 has not heard it. */
    private TestBroker missingTheThirdAtTheBeginningOfATerm() {
        everybodyHearsEverybody();
        cluster.freeze(3);
        cluster.meddle(new Operation.Delete(Paths.live(3, 1), Operation.ANY_VERSION));
        cluster.time.settle();
        TestBroker next = cluster.broker(2);
        next.attendance().heard.remove(incarnation(3));
        cluster.broker(1).controller().onUnfit("test");
        cluster.time.settle();
        return next;
    }

    @Test
    void aStandbyTakesADeadControllersPlaceAtOnce() {
        cluster.create("t", 6, 3);
        int dead = controllerId();
        int epoch = cluster.image().controllerEpoch();
        cluster.freeze(dead);
        int[] standbys = IntStream.rangeClosed(1, 3).filter(id -> id != dead).toArray();

        for (int standby : standbys) {
            cluster.broker(standby).controller().onDead(incarnation(dead), "test");
        }
        cluster.time.settle();

        assertThat(cluster.image(standbys[0]).controllerEpoch()).isEqualTo(epoch + 1);
        assertThat(cluster.image(standbys[0]).controller()).isNotEqualTo(incarnation(dead));
        assertThat(cluster.broker(standbys[0]).attendance().office.size()
                        + cluster.broker(standbys[1]).attendance().office.size())
                .as("one has been told that it is in office")
                .isEqualTo(1);
    }

    @Test
    void r49AControllerThatIsTakenOutOfTheQueueByMistakeStepsBack() {
        int dead = controllerId();
        cluster.broker(other(dead)).controller().onDead(incarnation(dead), "test");
        cluster.settle();

        assertThat(controllerId()).isNotEqualTo(dead);
        assertThat(cluster.broker(dead).attendance().office).containsExactly(true, false);
    }

    @Test
    void deadBrokersThatStandInLineAreTakenOutToo() {
        assertThat(controllerId()).isEqualTo(1);
        cluster.freeze(1);
        cluster.freeze(2);

        cluster.broker(3).controller().onDead(incarnation(2), "test");
        cluster.broker(3).controller().onDead(incarnation(1), "test");
        cluster.time.settle();

        assertThat(cluster.image(3).controller()).isEqualTo(incarnation(3));
    }

    @Test
    void theFirstInLineIsOverWhenALaterStartOfItIsKnown() {
        int first = controllerId();
        int standby = other(first);
        cluster.freeze(first);
        TestBroker again = cluster.start(first);

        cluster.settle();

        assertThat(cluster.image(standby).controller()).isNotEqualTo(new BrokerIncarnation(first, 1));
        assertThat(again.registration().brokerEpoch()).isEqualTo(2);
    }

    @Test
    void aReplicaWhoseLogHasFailedLeadsNoMore() {
        cluster.create("t", 1, 3);
        PartitionState before = cluster.partition("t", 0);

        cluster.controller()
                .controller()
                .replicasFailed(
                        incarnation(before.leader()),
                        new TreeSet<>(List.of(FailedLog.failed(new TopicPartition("t-id", 0)))));
        cluster.settle();

        PartitionState after = cluster.partition("t", 0);
        assertThat(after.leader()).isPositive().isNotEqualTo(before.leader());
        assertThat(after.isr()).doesNotContain(before.leader());
    }

    @Test
    void aControllerThatMayNotJudgeGivesItUp() {
        int before = controllerId();
        int epoch = cluster.image().controllerEpoch();

        cluster.broker(before).controller().onUnfit("test");
        cluster.settle();

        assertThat(cluster.image().controllerEpoch()).isEqualTo(epoch + 1);
        assertThat(controllerId()).isNotEqualTo(before);
    }

    private List<Integer> createdReplicas(String topic) {
        return cluster.create(topic, 6, 2).partitions().values().stream()
                .flatMap(state -> state.replicas().stream())
                .distinct()
                .toList();
    }

    private void everybodyHearsEverybody() {
        for (int id = 1; id <= 3; id++) {
            for (int other = 1; other <= 3; other++) {
                if (other != id) {
                    cluster.broker(id).attendance().heard.add(incarnation(other));
                }
            }
        }
    }

    private void expireAll() {
        for (int id = 1; id <= 3; id++) {
            cluster.broker(id).coordinator().expireSession();
        }
        cluster.settle();
    }

    private PartitionState[] partitions(int seenBy, int count) {
        TopicImage topic = Objects.requireNonNull(cluster.image(seenBy).topics().get("t"));
        return IntStream.range(0, count)
                .mapToObj(partition -> topic.partitions().get(partition))
                .toArray(PartitionState[]::new);
    }

    private int controllerId() {
        return cluster.controller().registration().brokerId();
    }

    private static int other(int than) {
        return than == 1 ? 2 : 1;
    }

    private static BrokerIncarnation incarnation(int id) {
        return new BrokerIncarnation(id, 1);
    }
}
