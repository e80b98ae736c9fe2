package io.millrace.lab.drill;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.client.MillraceClient;
import io.millrace.lab.FakeBroker;
import io.millrace.lab.cluster.ClusterProcesses;
import io.millrace.lab.cluster.ClusterProcesses.Strike;
import io.millrace.lab.cluster.TopicWatch;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whole rounds against a broker that no blow can hurt, but that can be told what to say. */
@Timeout(60)
class DrillRoundTest {
    private static final String TOPIC = "drilled";
    private static final int PARTITIONS = 3;
    private static final long HELD_MS = 500;

    private final FakeBroker broker;
    private final MillraceClient client;
    private final Load load;
    private final List<String> deeds = new CopyOnWriteArrayList<>();

    DrillRoundTest() throws IOException {
        broker = new FakeBroker(TOPIC, PARTITIONS);
        client = MillraceClient.of(broker.address());
        load = new Load(broker.address(), plan(new NoFault(Duration.ZERO)), new Payload(3, 40), new Random(3));
    }

    @AfterEach
    void close() {
        client.close();
        broker.close();
    }

    @Test
    void aRoundTellsWhomItStruckWhatThatOneLedAndWhatWasInFlight() throws Exception {
        Round round = run(new ScriptedFault(
                Set.of(1), () -> broker.leaderEpoch = 7, new Fault.Promise(true, false, false, Duration.ZERO)));

        assertThat(round.victims()).containsExactly(1);
        assertThat(round.wasController()).isTrue();
        assertThat(round.led()).containsExactly(0, 1, 2);
        assertThat(round.inFlight()).isPositive();
        // It led all, so that it followed none.
        assertThat(round.followedGapMs()).isNegative();
        assertThat(round.elections()).isEqualTo(7 * PARTITIONS);
        assertThat(round.isrChanges()).isZero();
        assertThat(round.violations()).isEmpty();
        assertThat(deeds).containsExactly("strike", "effect", "heal");
    }

    @Test
    void whatShouldGoUnnoticedAndMovesALeaderIsABrokenPromise() throws Exception {
        Round round = run(new ScriptedFault(
                Set.of(), () -> broker.leaderEpoch = 1, new Fault.Promise(false, true, true, Duration.ZERO)));

        assertThat(round.led()).isEmpty();
        assertThat(round.followedGapMs()).isNegative();
        assertThat(round.violations()).singleElement().asString().contains("3 leaders were elected");
    }

    @Test
    void partitionsThatTheVictimOnlyFollowsAreTimedByThemselvesAndUntilTheyTakeWritesAgain() throws Exception {
        broker.ledByTwo = 1;
        // The one that it led goes on at once. Before the effect the clock still counts what was before the blow.
        Runnable blow =
                () -> broker.hold(1, () -> deeds.contains("effect") && load.longestSilenceMs(Set.of(1)) >= HELD_MS);

        Round round = run(new ScriptedFault(Set.of(2), blow, new Fault.Promise(true, false, false, Duration.ZERO)));

        assertThat(round.led()).containsExactly(0);
        assertThat(round.followedGapMs()).isGreaterThanOrEqualTo(HELD_MS);
        assertThat(round.violations()).isEmpty();
    }

    @Test
    void leadersThatComeTooLateAreABrokenPromise() throws Exception {
        Round round = run(new ScriptedFault(
                Set.of(1), () -> broker.leaderEpoch = 1, new Fault.Promise(false, false, false, Duration.ofNanos(1))));

        assertThat(round.leadersMs()).isNotNegative();
        assertThat(round.violations()).singleElement().asString().startsWith("partitions had no leader for");
    }

    private Round run(Fault fault) throws Exception {
        load.start();
        try {
            TopicWatch watch = new TopicWatch(client, TOPIC);
            return new DrillRound(plan(fault), new OneBroker(), watch, load, new Random(3)).run(1);
        } finally {
            load.stop();
        }
    }

    private static DrillPlan plan(Fault fault) {
        return new DrillPlan(TOPIC, PARTITIONS, 1, 500, 40, 1, fault, 3, false);
    }

    /** Does what the test says when the blow falls, and notes what it is asked for. */
    private final class ScriptedFault implements Fault {
        private final Set<Integer> victims;
        private final Runnable blow;
        private final Promise promise;

        ScriptedFault(Set<Integer> victims, Runnable blow, Promise promise) {
            this.victims = victims;
            this.blow = blow;
            this.promise = promise;
        }

        @Override
        public String name() {
            return "scripted";
        }

        @Override
        public Set<Integer> victims(int round, List<Integer> brokers, int controller, Random random) {
            return victims;
        }

        @Override
        public Strike aim(ClusterProcesses processes, Set<Integer> aimedAt) {
            return () -> {
                deeds.add("strike");
                blow.run();
            };
        }

        @Override
        public void awaitEffect(ClusterProcesses processes, TopicWatch watch, Set<Integer> struck) {
            deeds.add("effect");
        }

        @Override
        public void heal(ClusterProcesses processes, Set<Integer> struck) {
            deeds.add("heal");
        }

        @Override
        public Promise promise() {
            return promise;
        }
    }

    /** Only its ids are asked for: the fault itself does the rest. */
    private static final class OneBroker implements ClusterProcesses {
        @Override
        public List<Integer> brokerIds() {
            return List.of(1);
        }

        @Override
        public Path dataDirectory(int brokerId) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Strike atBrokers(Set<Integer> ids, Blow blow) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Strike atZooKeeper(Blow blow) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void awaitEnd(Set<Integer> ids) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void start(Set<Integer> ids) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void startZooKeeper() {
            throw new UnsupportedOperationException();
        }
    }
}
