package io.millrace.broker.liveness;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.core.BrokerImage;
import io.millrace.broker.core.BrokerIncarnation;
import io.millrace.broker.core.ClusterImage;
import io.millrace.broker.core.FailedLog;
import io.millrace.broker.core.Fitness;
import io.millrace.broker.core.Safeguards;
import io.millrace.broker.core.TopicPartition;
import io.millrace.broker.core.controller.ProbeResult;
import io.millrace.broker.runtime.VirtualTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Detectors of three brokers on one thread, with a network between them that a test can break. */
class DetectorTest {

    private static final TopicPartition PARTITION = new TopicPartition("AAAAAAAAAAAAAAAAAAAAAA", 7);

    private final VirtualTime time = new VirtualTime();
    private final TreeMap<Integer, Node> nodes = new TreeMap<>();

    @Test
    void everybodyIsHeardAndNobodyIsJudged() {
        start(1, 2, 3);

        pass(60_000);

        nodes.values().forEach(node -> {
            assertThat(node.detector.heard()).hasSize(2);
            assertThat(node.verdicts).isEmpty();
            assertThat(node.fitnesses).isEmpty();
        });
    }

    @Test
    void aKilledProcessIsDeadWithinMillisecondsForAllOthers() {
        start(1, 2, 3);

        node(2).kill();
        pass(10);

        assertThat(node(1).verdicts).containsExactly("dead 2@1");
        assertThat(node(3).verdicts).containsExactly("dead 2@1");
        assertThat(node(1).detector.heard()).containsExactly(incarnation(3));
    }

    @Test
    void aHungProcessIsDeadAfterTheTimeoutAndBackWithItsNextBeat() {
        start(1, 2, 3);

        node(2).isHung = true;
        pass(900);
        assertThat(node(1).verdicts).isEmpty();
        pass(400);
        assertThat(node(1).verdicts).containsExactly("dead 2@1");
        node(2).isHung = false;
        pass(200);

        assertThat(node(1).verdicts).containsExactly("dead 2@1", "returned 2@1");
        assertThat(node(1).detector.heard()).hasSize(2);
    }

    /** Found by attack: it deposed the controller. */
    @Test
    void whatSomebodySaysInABrokersOwnNameItDoesNotHear() {
        start(1, 2, 3);

        node(1).detector
                .onBeat(new Beat(incarnation(1), List.of(), List.of(FailedLog.gone(PARTITION)), Fitness.STALLED));
        node(1).detector.onEnded(incarnation(1));
        pass(3_000);

        assertThat(node(1).verdicts).isEmpty();
        assertThat(node(1).fitnesses).isEmpty();
        assertThat(node(1).detector.heard()).hasSize(2);
    }

    @Test
    void aBrokenConnectionBetweenLivingBrokersHeals() {
        start(1, 2, 3);

        for (int i = 0; i < 5; i++) {
            node(2).breakStreams();
            pass(1_500);
        }

        assertThat(node(1).verdicts).isEmpty();
        assertThat(node(2).verdicts).isEmpty();
        assertThat(node(1).detector.heard()).hasSize(2);
    }

    @Test
    void failedLogsAreToldOnceAndAnewToANewController() {
        start(1, 2, 3);

        node(2).failed.add(FailedLog.failed(PARTITION));
        pass(1_000);
        assertThat(node(1).verdicts).containsExactly("failed 2@1 [" + PARTITION + "]");
        node(1).detector.onOffice(true);
        pass(1_000);

        assertThat(node(1).verdicts).hasSize(2).allMatch(verdict -> verdict.startsWith("failed 2@1"));
        assertThat(node(2).verdicts).as("of itself too").containsExactly("failed 2@1 [" + PARTITION + "]");
    }

    @Test
    void aDiskThatStandsStillIsToldOnceAndAnewToANewController() {
        start(1, 2, 3);

        node(2).oldestWrite = 7;
        pass(5_000);
        assertThat(node(1).fitnesses).containsExactly("SLOW 2@1", "STALLED 2@1");
        node(1).detector.onOffice(true);
        pass(100);

        assertThat(node(1).fitnesses).containsExactly("SLOW 2@1", "STALLED 2@1", "STALLED 2@1");
        assertThat(node(2).fitnesses).as("of itself too").containsExactly("SLOW 2@1", "STALLED 2@1");
        assertThat(node(1).verdicts).as("it lives").isEmpty();
    }

    @Test
    void whoIsNotHeardIsNotTakenToBeFine() {
        start(1, 2, 3);

        node(2).isHung = true;
        pass(700);
        assertThat(node(1).fitnesses).containsExactly("SLOW 2@1");
        node(2).isHung = false;
        pass(300);

        assertThat(node(1).fitnesses).containsExactly("SLOW 2@1", "FINE 2@1");
    }

    @Test
    void aNewControllerThatHasNeverHeardADeadBrokerFindsItDead() {
        start(1, 2, 3);
        node(2).kill();
        Node late = new Node(4);
        nodes.put(4, late);
        late.detector.onImage(image());
        late.detector.start(late);
        pass(300);

        late.detector.onOffice(true);
        pass(10);

        assertThat(late.verdicts).containsExactly("dead 2@1");
    }

    private void start(int... ids) {
        for (int id : ids) {
            nodes.put(id, new Node(id));
        }
        nodes.values().forEach(node -> {
            node.detector.onImage(image());
            node.detector.start(node);
        });
        pass(500);
    }

    private void pass(long ms) {
        time.advance(TimeUnit.MILLISECONDS.toNanos(ms));
    }

    private Node node(int id) {
        Node node = nodes.get(id);
        if (node == null) {
            throw new AssertionError("no node " + id);
        }
        return node;
    }

    private ClusterImage image() {
        TreeMap<Integer, BrokerImage> brokers = new TreeMap<>();
        nodes.keySet()
                .forEach(id -> brokers.put(
                        id,
                        new BrokerImage(
                                incarnation(id),
                                new TreeMap<>(Map.of(BrokerImage.INTERNAL_LISTENER, String.valueOf(id))),
                                null)));
        return new ClusterImage("c", null, 1, null, brokers, brokers, new TreeMap<>());
    }

    private static BrokerIncarnation incarnation(int id) {
        return new BrokerIncarnation(id, 1);
    }

    /** One process and its side of the network; an endpoint is a node's number. */
    private final class Node implements Beats, Prober, Verdicts {
        final int id;
        final Detector detector;
        final List<String> verdicts = new ArrayList<>();
        final List<String> fitnesses = new ArrayList<>();
        final TreeSet<FailedLog> failed = new TreeSet<>();
        final List<Link> links = new ArrayList<>();
        long oldestWrite;
        boolean isHung;
        boolean isKilled;

        Node(int id) {
            this.id = id;
            this.detector = new Detector(
                    incarnation(id),
                    TimeUnit.SECONDS.toNanos(1),
                    () -> failed,
                    () -> oldestWrite,
                    time,
                    time.loop(),
                    this,
                    this,
                    Safeguards.ALL);
        }

        void kill() {
            isKilled = true;
            breakStreams();
            nodes.values()
                    .forEach(other -> other.links.stream()
                            .filter(link -> link.to == this)
                            .toList()
                            .forEach(Link::breakOff));
        }

        void breakStreams() {
            List.copyOf(links).forEach(Link::breakOff);
        }

        @Override
        public Stream open(BrokerIncarnation to, String endpoint, Runnable onEnded) {
            Link link = new Link(this, node(Integer.parseInt(endpoint)), onEnded);
            links.add(link);
            if (link.to.isKilled) {
                link.breakOff();
            }
            return link;
        }

        @Override
        public void probe(String endpoint, Consumer<ProbeResult> result) {
            boolean isRefused = node(Integer.parseInt(endpoint)).isKilled;
            time.loop().execute(() -> result.accept(isRefused ? ProbeResult.REFUSED : ProbeResult.ANSWERED));
        }

        @Override
        public void onDead(BrokerIncarnation broker, String why) {
            verdicts.add("dead " + broker);
        }

        @Override
        public void onReturned(BrokerIncarnation broker) {
            verdicts.add("returned " + broker);
        }

        @Override
        public void onUnfit(String why) {
            verdicts.add("unfit");
        }

        @Override
        public void replicasFailed(BrokerIncarnation broker, SortedSet<FailedLog> logs) {
            verdicts.add("failed " + broker + " " + logs);
        }

        @Override
        public void fitnessChanged(BrokerIncarnation broker, Fitness fitness) {
            fitnesses.add(fitness + " " + broker);
        }
    }

    private final class Link implements Beats.Stream {
        final Node from;
        final Node to;
        private final Runnable onEnded;
        private boolean isOver;

        Link(Node from, Node to, Runnable onEnded) {
            this.from = from;
            this.to = to;
            this.onEnded = onEnded;
        }

        @Override
        public void send(Beat beat) {
            if (!isOver && !from.isHung && !from.isKilled && !to.isHung) {
                time.loop().execute(() -> to.detector.onBeat(beat));
            }
        }

        @Override
        public void close() {
            isOver = true;
        }

        void breakOff() {
            if (!isOver) {
                isOver = true;
                from.links.remove(this);
                onEnded.run();
                time.loop().execute(() -> to.detector.onEnded(incarnation(from.id)));
            }
        }
    }
}
