package io.millrace.broker.controller;

import io.millrace.broker.core.BrokerImage;
import io.millrace.broker.core.BrokerIncarnation;
import io.millrace.broker.core.ClusterImage;
import io.millrace.broker.core.Durability;
import io.millrace.broker.core.Outcome;
import io.millrace.broker.core.PartitionState;
import io.millrace.broker.core.Refusal;
import io.millrace.broker.core.Safeguards;
import io.millrace.broker.core.TopicConfig;
import io.millrace.broker.core.TopicImage;
import io.millrace.broker.liveness.Attendance;
import io.millrace.broker.runtime.EventLoop;
import io.millrace.broker.runtime.VirtualTime;
import io.millrace.coordinator.BrokerIdentity;
import io.millrace.coordinator.BrokerRegistry;
import io.millrace.coordinator.CommitResult;
import io.millrace.coordinator.Coordinator;
import io.millrace.coordinator.Node;
import io.millrace.coordinator.Operation;
import io.millrace.coordinator.Registration;
import io.millrace.coordinator.TreeAge;
import io.millrace.coordinator.memory.InMemoryCoordinator;
import io.millrace.coordinator.memory.InMemoryTree;
import io.millrace.coordinator.tree.ControllerNode;
import io.millrace.coordinator.tree.LiveNode;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The control plane of some brokers on one thread: registry, feed and controller of each, on a tree in memory. */
final class TestCluster {

    static final TopicConfig CONFIG = new TopicConfig(Durability.FSYNC, 0, 1 << 28, 1 << 20);

    final VirtualTime time = new VirtualTime();
    final EventLoop loop = time.loop();
    final InMemoryTree tree = new InMemoryTree();
    /** A client of nobody's, to look and to meddle. */
    final InMemoryCoordinator outsider = tree.connect(loop);

    private final TreeMap<Integer, TestBroker> brokers = new TreeMap<>();
    /** What controllers have told other brokers, by the broker told. It counts for nothing here: watches are quick enough. */
    final TreeMap<Integer, List<RecordedChunk>> told = new TreeMap<>();
    /** What all brokers know of an earlier time. */
    int seenControllerEpoch;

    /** One process. */
    record TestBroker(
            InMemoryCoordinator coordinator,
            Registration registration,
            ClusterFeed feed,
            TestAttendance attendance,
            Controller controller) {}

    /** Whom a broker hears, as a test says. */
    static final class TestAttendance implements Attendance {
        final TreeSet<BrokerIncarnation> heard = new TreeSet<>(BrokerIncarnation.ORDER);
        final List<Boolean> office = new ArrayList<>();

        @Override
        public SortedSet<BrokerIncarnation> heard() {
            return heard;
        }

        @Override
        public void onOffice(boolean inOffice) {
            office.add(inOffice);
        }
    }

    private final Safeguards safeguards;
    private final UnaryOperator<Coordinator> seam;

    private TestCluster(Safeguards safeguards, UnaryOperator<Coordinator> seam) {
        this.safeguards = safeguards;
        this.seam = seam;
    }

    static TestCluster of(int... ids) {
        return of(Safeguards.ALL, ids);
    }

    static TestCluster of(Safeguards safeguards, int... ids) {
        return start(new TestCluster(safeguards, coordinator -> coordinator), ids);
    }

    /** @param seam what each broker takes for its connection to the service */
    static TestCluster behind(UnaryOperator<Coordinator> seam, int... ids) {
        return start(new TestCluster(Safeguards.ALL, seam), ids);
    }

    private static TestCluster start(TestCluster cluster, int... ids) {
        for (int id : ids) {
            cluster.start(id);
        }
        return cluster;
    }

    /** Starts a process of broker {@code id}. */
    TestBroker start(int id) {
        return start(id, "dir-" + id);
    }

    /** The same on an empty disk: it cannot show that it has what it had acknowledged. */
    TestBroker startEmptied(int id) {
        return start(id, "empty-dir-" + id);
    }

    private TestBroker start(int id, String directory) {
        InMemoryCoordinator coordinator = tree.connect(loop);
        Coordinator port = seam.apply(coordinator);
        BrokerRegistry registry = new BrokerRegistry(port, loop);
        Registration registration = done(
                registry.register(new BrokerIdentity(id, null, "the-cluster", directory, "boot", 0, TreeAge.UNKNOWN)));
        ClusterFeed feed = new ClusterFeed(port, registration.clusterId(), loop);
        TestAttendance attendance = new TestAttendance();
        ControllerNode self = new ControllerNode(id, registration.brokerEpoch(), "internal-" + id + ":1");
        Controller controller =
                new Controller(port, self, feed, this::tell, attendance, loop, () -> seenControllerEpoch, safeguards);
        feed.start();
        LiveNode live = new LiveNode(id, registration.brokerEpoch(), new TreeMap<>(), null);
        CompletionStage<Void> announced = registry.announce(registration, live, newer -> {
            throw new AssertionError("replaced by " + newer);
        });
        controller.start();
        settle();
        if (!announced.toCompletableFuture().isDone()) {
            throw new AssertionError("not announced");
        }
        TestBroker broker = new TestBroker(coordinator, registration, feed, attendance, controller);
        brokers.put(id, broker);
        return broker;
    }

    private void tell(BrokerImage to, List<RecordedChunk> chunks) {
        told.computeIfAbsent(to.incarnation().id(), id -> new ArrayList<>()).addAll(chunks);
    }

    /** The process dies, and its session with it. */
    void kill(int id) {
        killQuietly(id);
        settle();
    }

    /** The process does nothing more, and its session has not ended yet. */
    void freeze(int id) {
        broker(id).coordinator().suspend();
    }

    /** Long enough for a new controller that misses somebody, and too short for it to move leaderships back. */
    void settle() {
        time.advance(TimeUnit.MILLISECONDS.toNanos(1_100));
    }

    /** As {@link #kill}; nobody has noticed yet. */
    void killQuietly(int id) {
        broker(id).coordinator().close();
        brokers.remove(id);
    }

    TestBroker broker(int id) {
        TestBroker broker = brokers.get(id);
        if (broker == null) {
            throw new AssertionError("broker " + id + " is not up");
        }
        return broker;
    }

    /** The controller's broker, as all brokers see it. */
    TestBroker controller() {
        int id = -1;
        for (TestBroker broker : brokers.values()) {
            ClusterImage image = broker.feed().image();
            if (image.controller() == null || (id != -1 && image.controller().id() != id)) {
                throw new AssertionError("no agreement on the controller: " + image);
            }
            id = image.controller().id();
        }
        return broker(id);
    }

    /** The image that every broker has; they must agree. */
    ClusterImage image() {
        List<ClusterImage> images = new ArrayList<>();
        brokers.values().forEach(broker -> images.add(broker.feed().image()));
        if (images.stream().distinct().count() != 1) {
            throw new AssertionError("the images differ: " + images);
        }
        return images.get(0);
    }

    /** The image that one broker has. */
    ClusterImage image(int id) {
        return broker(id).feed().image();
    }

    PartitionState partition(String topic, int partition) {
        TopicImage found = image().topics().get(topic);
        PartitionState state = found == null ? null : found.partitions().get(partition);
        if (state == null) {
            throw new AssertionError("no " + topic + "-" + partition + " in " + image());
        }
        return state;
    }

    TopicImage create(String name, int partitions, int replicationFactor) {
        Asked<Outcome<TopicImage>> asked = new Asked<>();
        controller().controller().createTopic(topic(name, partitions, replicationFactor), asked);
        settle();
        return asked.answer().fold(topic -> topic, no -> {
            throw new AssertionError(no);
        });
    }

    static ControllerRequests.NewTopic topic(String name, int partitions, int replicationFactor) {
        return new ControllerRequests.NewTopic(
                name,
                name + "-id",
                OptionalInt.of(partitions),
                OptionalInt.of(replicationFactor),
                CONFIG,
                new TreeMap<>(),
                false);
    }

    Node node(String path) {
        return done(outsider.read(path)).orElseThrow(() -> new AssertionError("no " + path));
    }

    boolean exists(String path) {
        return done(outsider.read(path)).isPresent();
    }

    /** Writes at once, past every rule; others hear of it when time goes on. */
    void meddle(Operation... operations) {
        CompletionStage<CommitResult> result = outsider.commit(List.of(operations));
        loop.execute(() -> {
            if (!(result.toCompletableFuture().join() instanceof CommitResult.Committed)) {
                throw new AssertionError(result);
            }
        });
    }

    private <T> T done(CompletionStage<T> stage) {
        time.settle();
        if (!stage.toCompletableFuture().isDone()) {
            throw new AssertionError("the stage does not complete");
        }
        return stage.toCompletableFuture().join();
    }

    static Refusal refusal(Outcome<?> outcome) {
        if (outcome instanceof Outcome.No<?> no) {
            return no.refusal();
        }
        throw new AssertionError("not refused: " + outcome);
    }

    /** A question that must be answered once. */
    static final class Asked<T> implements Consumer<T> {
        private final AtomicReference<@Nullable T> answer = new AtomicReference<>();

        @Override
        public void accept(T value) {
            if (!answer.compareAndSet(null, value)) {
                throw new AssertionError("answered twice: " + answer + ", " + value);
            }
        }

        boolean isAnswered() {
            return answer.get() != null;
        }

        T answer() {
            T value = answer.get();
            if (value == null) {
                throw new AssertionError("not answered");
            }
            return value;
        }
    }
}
