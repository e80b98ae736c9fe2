package io.millrace.broker.replication;

import static io.millrace.broker.replication.ReplicationCluster.PARTITION;
import static io.millrace.broker.replication.ReplicationCluster.SECOND;
import static io.millrace.broker.replication.ReplicationCluster.ok;
import static io.millrace.broker.replication.ReplicationCluster.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.core.Acks;
import io.millrace.broker.core.Appended;
import io.millrace.broker.core.Durability;
import io.millrace.broker.core.ErrorReason;
import io.millrace.broker.core.Outcome;
import io.millrace.broker.core.PartitionState;
import io.millrace.broker.core.Refusal;
import io.millrace.broker.core.Safeguard;
import io.millrace.broker.core.Safeguards;
import io.millrace.broker.log.LogDigest;
import io.millrace.broker.replication.PartitionServer.Fetched;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three hosts, their logs and streams on one thread and virtual time. */
class ReplicationClusterTest {

    @TempDir
    Path directory;

    private static Set<LogDigest> digests(ReplicationCluster cluster) throws Exception {
        Set<LogDigest> digests = new HashSet<>();
        for (ReplicationCluster.Broker broker : cluster.brokers.values()) {
            digests.add(broker.log().digest(Long.MAX_VALUE));
        }
        return digests;
    }

    @Test
    void whatIsAcknowledgedIsOnEveryReplicaAndTheLogsAreEqualToTheByte() throws Exception {
        try (ReplicationCluster cluster = new ReplicationCluster(directory, Durability.FSYNC, 2)) {
            cluster.elect(1, 1, 2, 3);
            List<AtomicReference<@Nullable Outcome<Appended>>> answers = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                answers.add(cluster.produce(1, "record " + i, Acks.ALL));
                cluster.time.advance(10_000);
            }
            cluster.time.advance(SECOND / 10);
            for (int i = 0; i < 500; i++) {
                Appended appended = ok(answers.get(i));
                assertThat(appended.stage()).isEqualTo(Appended.Stage.COMMITTED);
                assertThat(appended.baseOffset()).isEqualTo(i);
                assertThat(appended.durable()).isTrue();
                assertThat(appended.isrSize()).isEqualTo(3);
            }
            for (ReplicationCluster.Broker broker : cluster.brokers.values()) {
                assertThat(broker.log().durableEndOffset()).isEqualTo(500);
            }
            assertThat(digests(cluster)).hasSize(1);
        }
    }

    @Test
    void acksAllWaitsForTheSlowestMemberAndAcksLeaderDoesNot() throws Exception {
        try (ReplicationCluster cluster = new ReplicationCluster(directory, Durability.FSYNC, 2)) {
            cluster.elect(1, 1, 2, 3);
            cluster.time.advance(SECOND / 10);
            cluster.network.cut("broker-3");
            var all = cluster.produce(1, "all", Acks.ALL);
            var leader = cluster.produce(1, "leader", Acks.LEADER);
            var none = cluster.produce(1, "none", Acks.NONE);
            cluster.time.advance(SECOND / 10);
            assertThat(all.get()).isNull();
            assertThat(ok(leader).stage()).isEqualTo(Appended.Stage.APPENDED);
            assertThat(ok(leader).baseOffset()).isEqualTo(1);
            assertThat(ok(none).stage()).isEqualTo(Appended.Stage.ACCEPTED);
            assertThat(ok(none).recordCount()).isEqualTo(1);

            cluster.time.await("broker 3 leaves the in-sync set", 2 * SECOND, () -> all.get() != null);
            assertThat(cluster.state.isr()).containsExactly(1, 2);
            assertThat(ok(all).stage()).isEqualTo(Appended.Stage.COMMITTED);
            assertThat(ok(all).isrSize()).isEqualTo(2);
        }
    }

    @Test
    void aFollowerThatWasAwayCatchesUpAndJoinsAgain() throws Exception {
        try (ReplicationCluster cluster = new ReplicationCluster(directory, Durability.FSYNC, 2)) {
            cluster.elect(1, 1, 2, 3);
            cluster.time.advance(SECOND / 10);
            cluster.network.cut("broker-3");
            produceAWindow(cluster);
            cluster.time.advance(2 * SECOND);
            assertThat(cluster.state.isr()).containsExactly(1, 2);
            for (int i = 0; i < 4; i++) {
                produceAWindow(cluster);
                cluster.time.advance(SECOND / 10);
            }
            long end = cluster.broker(1).logEndOffset();
            cluster.network.heal("broker-3");
            cluster.time.await(
                    "3 is back", 5 * SECOND, () -> cluster.state.isr().size() == 3);
            assertThat(cluster.broker(3).logEndOffset()).isEqualTo(end);
            cluster.time.advance(SECOND / 10);
            assertThat(digests(cluster)).hasSize(1);
        }
    }

    private static void produceAWindow(ReplicationCluster cluster) {
        for (int i = 0; i < 400; i++) {
            cluster.produce(1, "a record that makes the log longer than a window " + i, Acks.LEADER);
        }
    }

    @Test
    void n3_nothingIsAppendedWhileAnInSyncFollowerIsAWindowBehind() throws Exception {
        try (ReplicationCluster cluster = new ReplicationCluster(directory, Durability.FSYNC, 2)) {
            cluster.elect(1, 1, 2, 3);
            cluster.time.advance(SECOND / 10);
            cluster.network.cut("broker-3");
            List<AtomicReference<@Nullable Outcome<Appended>>> answers = new ArrayList<>();
            for (int i = 0; i < 1_000; i++) {
                answers.add(cluster.produce(1, "a record that is as long as others are " + i, Acks.ALL));
            }
            cluster.time.advance(SECOND / 2);
            long window = cluster.broker(1).logEndOffset();
            assertThat(window).as("the rest waits").isBetween(100L, 900L);
            assertThat(answers.get(999).get()).as("not yet answered").isNull();

            cluster.time.advance(SECOND);

            assertThat(cluster.state.isr()).as("who makes no progress leaves").containsExactly(1, 2);
            assertThat(cluster.broker(1).logEndOffset()).isEqualTo(1_000);
            assertThat(answers).allSatisfy(answer -> assertThat(answer.get()).isInstanceOf(Outcome.Ok.class));
        }
    }

    @Test
    void n6_whatHadToWaitIsRefusedWhereTooFewAreInSyncMeanwhile() throws Exception {
        try (ReplicationCluster cluster = new ReplicationCluster(directory, Durability.FSYNC, 2)) {
            cluster.elect(1, 1, 2);
            cluster.time.advance(SECOND / 10);
            cluster.network.cut("broker-2");
            cluster.network.cut("broker-3");
            List<AtomicReference<@Nullable Outcome<Appended>>> answers = new ArrayList<>();
            for (int i = 0; i < 1_000; i++) {
                answers.add(cluster.produce(1, "a record that is as long as others are " + i, Acks.ALL));
            }
            cluster.time.advance(SECOND / 2);
            long window = cluster.broker(1).logEndOffset();

            cluster.time.advance(2 * SECOND);
            assertThat(cluster.state.isr()).containsExactly(1);
            cluster.time.advance(SECOND / 10);

            assertThat(cluster.broker(1).logEndOffset())
                    .as("nothing more is appended")
                    .isEqualTo(window);
            assertThat(refused(answers.get(999)).reason()).isEqualTo(ErrorReason.NOT_ENOUGH_REPLICAS);
            assertThat(refused(answers.get(999)).definite()).isTrue();
        }
    }

    /** Seen in a drill: a leader whose own sync had ended while it took office waited for it until the next append. */
    @Test
    void aSyncThatEndsWhileAReplicaBecomesLeaderIsCounted() throws Exception {
        try (ReplicationCluster cluster = new ReplicationCluster(directory, Durability.FSYNC, 2)) {
            cluster.elect(1, 1, 2, 3);
            cluster.time.advance(SECOND / 10);
            cluster.broker(2).flushes.hold();
            cluster.produce(1, "on its way to the disk of 2", Acks.ALL);
            cluster.time.advance(SECOND / 10);

            cluster.broker(2).whenAskedForTheTime = cluster.broker(2).flushes::release;
            cluster.elect(2, 2, 3);
            cluster.time.advance(SECOND / 2);

            assertThat(highWatermark(cluster, 2)).isEqualTo(1);
        }
    }

    /** Found by attack: a follower whose partition was opened over another stream waited on its own one for ever. */
    @Test
    void aFollowerWhoseFeedIsTakenOverByAnotherStreamOpensAgain() throws Exception {
        try (ReplicationCluster cluster = new ReplicationCluster(directory, Durability.FSYNC, 2)) {
            cluster.elect(1, 1, 2, 3);
            cluster.time.advance(SECOND / 10);
            FollowerStreams.Admission other = cluster.broker(1)
                    .host
                    .admit(
                            new Hello("cluster", cluster.broker(2).incarnation, cluster.broker(1).incarnation),
                            new DeafStream());
            FollowerStreams.Session session = ((FollowerStreams.Admission.Admitted) other).session();
            session.onMessage(new FollowerMessage.Open(PARTITION, 0, -1, 0, 0, false));
            cluster.time.advance(SECOND / 10);
            session.onClosed();

            AtomicReference<@Nullable Outcome<Appended>> answer = cluster.produce(1, "after it", Acks.ALL);
            cluster.time.advance(SECOND);

            assertThat(ok(answer).isrSize()).isEqualTo(3);
        }
    }

    /** What is sent over it nobody hears. */
    private static final class DeafStream implements PeerStream<LeaderMessage> {
        @Override
        public void send(LeaderMessage message) {
            // Nobody hears it.
        }

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public void close(String why) {
            // It goes nowhere.
        }
    }

    private static long highWatermark(ReplicationCluster cluster, int leader) {
        AtomicReference<@Nullable Outcome<Fetched>> answer = cluster.fetch(leader, 0, 1, 0);
        cluster.time.settle();
        return ok(answer).highWatermark();
    }

    @Test
    void withTooFewReplicasAcksAllIsRefusedBeforeTheAppend() throws Exception {
        try (ReplicationCluster cluster = new ReplicationCluster(directory, Durability.FSYNC, 2)) {
            cluster.elect(1, 1);
            var answer = cluster.produce(1, "too few", Acks.ALL);
            cluster.time.settle();
            assertThat(refused(answer).reason()).isEqualTo(ErrorReason.NOT_ENOUGH_REPLICAS);
            assertThat(refused(answer).definite()).isTrue();
            assertThat(cluster.broker(1).logEndOffset()).isZero();
        }
    }

    @Test
    void aRecordThatIsNotCommittedInTimeIsIndeterminateAndSaysWhereItIs() throws Exception {
        try (ReplicationCluster cluster = new ReplicationCluster(directory, Durability.FSYNC, 3)) {
            cluster.elect(1, 1, 2, 3);
            cluster.time.advance(SECOND / 10);
            cluster.network.cut("broker-2");
            cluster.network.cut("broker-3");
            var answer = cluster.produce(1, "stuck", Acks.ALL);
            cluster.time.advance(3 * SECOND);
            assertThat(refused(answer).reason()).isEqualTo(ErrorReason.COMMIT_TIMEOUT);
            assertThat(refused(answer).definite()).isFalse();
            assertThat(refused(answer).appendedOffset()).isZero();
        }
    }

    @Test
    void aFollowerRefusesClientsAndNamesTheLeader() throws Exception {
        try (ReplicationCluster cluster = new ReplicationCluster(directory, Durability.FSYNC, 2)) {
            cluster.elect(2, 1, 2, 3);
            var produced = cluster.produce(1, "elsewhere", Acks.ALL);
            var fetched = cluster.fetch(3, 0, 1, SECOND);
            cluster.time.settle();
            assertThat(refused(produced).reason()).isEqualTo(ErrorReason.NOT_LEADER);
            assertThat(refused(produced).leader()).isEqualTo(new Refusal.LeaderHint(2, 0));
            assertThat(refused(fetched).leader()).isEqualTo(new Refusal.LeaderHint(2, 0));
        }
    }

    @Test
    void whoLosesLeadershipAnswersWaitingProducersIndeterminateAndWaitingReadersWithTheNewLeader() throws Exception {
        try (ReplicationCluster cluster = new ReplicationCluster(directory, Durability.FSYNC, 2)) {
            cluster.elect(1, 1, 2, 3);
            cluster.time.advance(SECOND / 10);
            cluster.network.cut("broker-1");
            var produced = cluster.produce(1, "in between", Acks.ALL);
            var reading = cluster.fetch(1, 0, 1, 60 * SECOND);
            cluster.time.advance(SECOND / 10);
            cluster.elect(2, 2, 3);
            cluster.time.settle();
            assertThat(refused(produced).definite()).isFalse();
            assertThat(refused(produced).reason()).isEqualTo(ErrorReason.FENCED_LEADER_EPOCH);
            assertThat(refused(reading).leader()).isEqualTo(new Refusal.LeaderHint(2, 1));
        }
    }

    @Test
    void aDeposedLeaderCutsWhatItAloneHadAndFollowsTheNewOne() throws Exception {
        try (ReplicationCluster cluster = new ReplicationCluster(directory, Durability.FSYNC, 2)) {
            cluster.elect(1, 1, 2, 3);
            cluster.produce(1, "committed", Acks.ALL);
            cluster.time.advance(SECOND / 10);
            cluster.network.cut("broker-1");
            cluster.produce(1, "mine alone", Acks.LEADER);
            cluster.time.advance(SECOND / 10);
            assertThat(cluster.broker(1).logEndOffset()).isEqualTo(2);
            cluster.elect(2, 2, 3);
            cluster.produce(2, "another one", Acks.ALL);
            cluster.produce(2, "and one more", Acks.ALL);
            cluster.network.heal("broker-1");
            cluster.time.await(
                    "1 is back", 5 * SECOND, () -> cluster.state.isr().size() == 3);
            cluster.time.advance(SECOND / 10);
            assertThat(cluster.broker(1).logEndOffset()).isEqualTo(3);
            assertThat(digests(cluster)).hasSize(1);
        }
    }

    @Test
    void afterACleanStopOfAllEverythingIsThereAndOffsetsGoOn() throws Exception {
        try (ReplicationCluster cluster = new ReplicationCluster(directory, Durability.FSYNC, 2)) {
            cluster.elect(1, 1, 2, 3);
            for (int i = 0; i < 10; i++) {
                cluster.produce(1, "before " + i, Acks.ALL);
            }
            cluster.time.advance(SECOND / 10);
            for (int id = 1; id <= 3; id++) {
                cluster.stop(id);
            }
            for (int id = 1; id <= 3; id++) {
                cluster.start(id);
            }
            assertThat(cluster.broker(2).data.wasCleanShutdown()).isTrue();
            cluster.elect(2, 2);
            cluster.time.await(
                    "all are back", 5 * SECOND, () -> cluster.state.isr().size() == 3);
            var after = cluster.produce(2, "after", Acks.ALL);
            cluster.time.advance(SECOND / 10);
            assertThat(ok(after).baseOffset()).isEqualTo(10);
            assertThat(digests(cluster)).hasSize(1);
        }
    }

    @Test
    void aRestartedBrokerLeadsNothingUntilItIsElectedAnew() throws Exception {
        try (ReplicationCluster cluster = new ReplicationCluster(directory, Durability.FSYNC, 2)) {
            cluster.elect(1, 1, 2, 3);
            cluster.time.advance(SECOND / 10);
            cluster.stop(1);
            cluster.start(1);
            var answer = cluster.produce(1, "not mine any more", Acks.LEADER);
            cluster.time.settle();
            assertThat(answer.get()).isInstanceOf(Outcome.No.class);
            assertThat(cluster.broker(1).logEndOffset()).isZero();
        }
    }

    @Test
    void withDurabilityReplicatedNothingWaitsForTheDisk() throws Exception {
        try (ReplicationCluster cluster = new ReplicationCluster(directory, Durability.REPLICATED, 2)) {
            cluster.elect(1, 1, 2, 3);
            var answer = cluster.produce(1, "in memory of three", Acks.ALL);
            cluster.time.advance(SECOND / 10);
            assertThat(ok(answer).stage()).isEqualTo(Appended.Stage.COMMITTED);
            assertThat(ok(answer).durable()).isFalse();
        }
    }

    @Test
    void n14ATopicThatIsNotSeenKeepsItsDataUntilItsDeletionIsConfirmed() throws Exception {
        try (ReplicationCluster cluster = new ReplicationCluster(directory, Durability.FSYNC, 2)) {
            cluster.elect(1, 1, 2, 3);
            cluster.produce(1, "precious", Acks.ALL);
            cluster.time.advance(SECOND / 10);
            cluster.topicIsSeen = false;
            cluster.publish();
            cluster.time.advance(SECOND / 10);
            assertThat(cluster.broker(1).data.logs()).hasSize(1);
            assertThat(cluster.broker(1).logEndOffset()).isEqualTo(1);

            cluster.deletionIsRecorded = true;
            cluster.publish();
            cluster.time.advance(SECOND / 10);
            assertThat(cluster.broker(1).data.logs()).isEmpty();
        }
    }

    /** After a restart it knows of no state but the one that it is shown, and the log remembers a later one. */
    @Test
    void r36AnOldStateDoesNotCutALogThatIsNewer() throws Exception {
        assertThat(logEndUnderAnOldState(Safeguards.ALL)).isEqualTo(2);
        assertThat(logEndUnderAnOldState(Safeguards.without(Safeguard.R36_THE_LOG_KNOWS_ITS_EPOCH)))
                .as("without the rule, what was acknowledged is cut")
                .isEqualTo(1);
    }

    private long logEndUnderAnOldState(Safeguards safeguards) throws Exception {
        Path where = directory.resolve(safeguards.toString());
        try (ReplicationCluster cluster = new ReplicationCluster(where, Durability.FSYNC, 2, safeguards)) {
            cluster.elect(1, 1, 2, 3);
            cluster.produce(1, "one", Acks.ALL);
            cluster.time.advance(SECOND / 10);
            PartitionState old = cluster.state;
            cluster.stop(1);
            cluster.elect(2, 2, 3);
            cluster.elect(3, 2, 3);
            cluster.produce(3, "two", Acks.ALL);
            cluster.time.advance(SECOND / 10);
            cluster.stop(2);
            cluster.stop(3);
            cluster.state = old;
            cluster.start(1);
            cluster.elect(1, 1, 2, 3);
            cluster.start(2);
            cluster.time.advance(SECOND);
            return cluster.broker(2).logEndOffset();
        }
    }
}
