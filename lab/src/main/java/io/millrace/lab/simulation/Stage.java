package io.millrace.lab.simulation;

import io.millrace.broker.controller.ControllerRequests.NewTopic;
import io.millrace.broker.core.BrokerIncarnation;
import io.millrace.broker.core.Outcome;
import io.millrace.broker.core.TopicConfig;
import io.millrace.broker.core.TopicImage;
import io.millrace.broker.core.TopicPartition;
import io.millrace.coordinator.tree.StateChunk.PartitionNode;
import io.millrace.lab.history.HistorySink;
import io.millrace.lab.simulation.check.Checks;
import io.millrace.lab.simulation.check.Telling;
import io.millrace.lab.simulation.check.TopicListener;
import io.millrace.lab.simulation.check.Violation;
import io.millrace.lab.simulation.cluster.ClusterPlan;
import io.millrace.lab.simulation.cluster.SimBroker;
import io.millrace.lab.simulation.cluster.SimCluster;
import io.millrace.lab.simulation.cluster.SimHost;
import io.millrace.lab.simulation.seam.Chance;
import io.millrace.lab.simulation.seam.SimProcess;
import io.millrace.lab.simulation.seam.SimTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A cluster that is watched, with its topics: what is played on it is a swarm's run or a scripted replay. */
final class Stage implements TopicListener {

    private static final long START_NS = TimeUnit.SECONDS.toNanos(30);
    private static final long RECOVERY_NS = TimeUnit.SECONDS.toNanos(60);

    private final SimCluster cluster;
    private final Checks checks;
    private final List<TopicImage> topics = new ArrayList<>();
    private final TreeMap<String, TopicPlan> plans = new TreeMap<>();
    private final TreeMap<String, String> names = new TreeMap<>();
    private Runnable person = () -> {};

    /** @param history to which it is told what happens */
    Stage(ClusterPlan plan, Chance chance, HistorySink history) {
        this.cluster = new SimCluster(plan, chance);
        this.checks = new Checks(cluster, this, new Telling(history, cluster.time()));
    }

    SimCluster cluster() {
        return cluster;
    }

    Checks checks() {
        return checks;
    }

    /** Those that there are now. */
    List<TopicImage> topics() {
        return topics;
    }

    List<TopicPartition> partitions() {
        List<TopicPartition> partitions = new ArrayList<>();
        for (TopicImage topic : topics) {
            for (int number = 0; number < topic.partitionCount(); number++) {
                partitions.add(new TopicPartition(topic.topicId(), number));
            }
        }
        return partitions;
    }

    /** The name of a topic that there is or was. */
    String name(String topicId) {
        return Objects.requireNonNull(names.get(topicId), topicId);
    }

    @Override
    public void onMade(String name, String topicId, int partitions) {
        TopicPlan plan = Objects.requireNonNull(plans.get(name), name);
        TopicImage topic = new TopicImage(
                name, topicId, partitions, plan.replicationFactor(), config(plan), List.of(), new TreeMap<>());
        names.put(topicId, name);
        checks.watch(topic);
        topics.add(topic);
    }

    @Override
    public void onGone(String name, String topicId) {
        topics.removeIf(topic -> topic.topicId().equals(topicId));
    }

    /** Starts all brokers and makes the topics. */
    void start(List<TopicPlan> plans) {
        cluster.hosts().forEach(cluster::start);
        await("brokers up", START_NS, () -> cluster.hosts().stream().allMatch(Stage::isServing));
        await(
                "a controller known to all",
                START_NS,
                () -> cluster.hosts().stream().allMatch(this::knowsAll));
        plans.forEach(this::create);
    }

    private static boolean isServing(SimHost host) {
        SimBroker broker = host.running();
        return broker != null && broker.isServing();
    }

    private boolean knowsAll(SimHost host) {
        SimBroker broker = host.running();
        return broker != null
                && broker.image().controller() != null
                && broker.image().brokers().size() == cluster.hosts().size();
    }

    /** Waits until it is in the tree; brokers need not have heard of it. */
    void create(TopicPlan topic) {
        plans.put(topic.name(), topic);
        ask(topic);
        await("topic " + topic.name() + " made", START_NS, () -> isMade(topic.name()));
    }

    private boolean isMade(String name) {
        return topics.stream().anyMatch(topic -> topic.name().equals(name));
    }

    boolean isThere(String topicId) {
        return topics.stream().anyMatch(topic -> topic.topicId().equals(topicId));
    }

    private void ask(TopicPlan topic) {
        SimBroker controller = controller();
        if (controller == null) {
            throw new Violation("START", "no controller to make a topic");
        }
        controller.controller().createTopic(request(topic), answer -> {
            if (answer instanceof Outcome.No<TopicImage> && !isMade(topic.name())) {
                cluster.time()
                        .after(
                                TimeUnit.MILLISECONDS.toNanos(100),
                                cluster.time().world(),
                                () -> ask(topic));
            }
        });
    }

    /** What a controller is asked for, with a new id. */
    NewTopic request(TopicPlan topic) {
        return new NewTopic(
                topic.name(),
                cluster.ids().topicId(),
                OptionalInt.of(topic.partitions()),
                OptionalInt.of(topic.replicationFactor()),
                config(topic),
                new TreeMap<>(),
                false);
    }

    private static TopicConfig config(TopicPlan topic) {
        return new TopicConfig(
                topic.durability(), topic.minInsyncReplicas(), topic.segmentBytes(), topic.segmentBytes());
    }

    /** The controller, as the first broker sees it; null where it sees none. */
    @Nullable
    SimBroker controller() {
        SimBroker first = cluster.hosts().get(0).running();
        BrokerIncarnation controller = first == null ? null : first.image().controller();
        return controller == null ? null : cluster.broker(controller.id());
    }

    /**
     * Puts {@code question} to a broker that may be the controller or not; whom, the asker chooses.
     *
     * @param address from which it is asked, as the network knows it
     * @param process to which the answer goes
     * @param timeoutNs after which there is none
     */
    <A> void askController(
            String address, SimProcess process, int broker, long timeoutNs, ControllerQuestion<A> question) {
        cluster.network().call(address, process, SimHost.address(broker), timeoutNs, question);
    }

    /** Every partition has a leader, and all its replicas are in sync. */
    boolean isInGoodOrder() {
        return partitions().stream().allMatch(partition -> {
            PartitionNode state = checks.state(partition);
            return state != null
                    && state.leader() >= 0
                    && state.isr().size() == state.replicas().size();
        });
    }

    /** {@code look} is called often while a recovery is awaited. Without it brokers recover by themselves or not at all. */
    void recoverWith(Runnable look) {
        person = look;
    }

    /** After everything is healed: within a minute {@code isWell}. */
    void recover(String what, BooleanSupplier isWell) {
        recover(what, isWell, () -> "");
    }

    /** @param details of what is not well */
    void recover(String what, BooleanSupplier isWell, Supplier<String> details) {
        await(
                what,
                RECOVERY_NS,
                () -> {
                    cluster.hosts().forEach(cluster::start);
                    person.run();
                    return isWell.getAsBoolean();
                },
                details);
    }

    /** Nobody writes any more: the logs become equal, and nothing is missing in them. */
    void settle() {
        await("all logs level", RECOVERY_NS, checks.replicas()::areLogsLevel);
        checks.replicas().requireEqualLogs();
    }

    /** LIVE: lets time pass until {@code condition} holds. */
    void await(String what, long withinNs, BooleanSupplier condition) {
        await(what, withinNs, condition, () -> "");
    }

    private void await(String what, long withinNs, BooleanSupplier condition, Supplier<String> details) {
        SimTime time = cluster.time();
        long until = time.nanoTime() + withinNs;
        while (!condition.getAsBoolean()) {
            if (!time.step() || time.nanoTime() > until) {
                throw new Violation(
                        "LIVE", "not within " + withinNs / 1_000_000 + " ms: " + what + details.get() + diagnosis());
            }
        }
    }

    private String diagnosis() {
        StringBuilder found = new StringBuilder();
        partitions().forEach(partition -> {
            found.append("; ").append(partition).append(' ').append(checks.state(partition));
            for (SimHost host : cluster.hosts()) {
                SimBroker broker = host.running();
                found.append(", broker ").append(host.brokerId()).append(' ');
                found.append(broker == null ? "down" : String.valueOf(broker.view(partition)));
            }
        });
        return found.toString();
    }
}
