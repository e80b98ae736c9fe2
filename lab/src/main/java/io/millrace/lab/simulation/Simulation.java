package io.millrace.lab.simulation;

import io.millrace.broker.controller.ControllerRequests.NewTopic;
import io.millrace.broker.core.Outcome;
import io.millrace.broker.core.TopicConfig;
import io.millrace.broker.core.TopicImage;
import io.millrace.coordinator.tree.StateChunk.PartitionNode;
import io.millrace.lab.simulation.check.Checks;
import io.millrace.lab.simulation.check.Violation;
import io.millrace.lab.simulation.cluster.SimBroker;
import io.millrace.lab.simulation.cluster.SimCluster;
import io.millrace.lab.simulation.cluster.SimHost;
import io.millrace.lab.simulation.seam.Chance;
import io.millrace.lab.simulation.seam.SimTime;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** One run of one plan. */
public final class Simulation {

    private static final long START_NS = TimeUnit.SECONDS.toNanos(30);
    private static final long RECOVERY_NS = TimeUnit.SECONDS.toNanos(60);
    private static final int BATCH_MAX_BYTES = 1 << 20;

    private final SwarmPlan plan;
    private final Chance chance;
    private final SimCluster cluster;
    private final Checks checks;
    private final Workload workload;
    private final List<TopicImage> topics = new ArrayList<>();
    private SortedMap<Fault, Integer> planted = new TreeMap<>();

    public Simulation(SwarmPlan plan) {
        this.plan = plan;
        this.chance = new Chance(plan.seed());
        this.cluster = new SimCluster(plan.cluster(), chance);
        this.checks = new Checks(cluster);
        this.workload = new Workload(cluster, checks);
    }

    /** Runs until {@code events} have happened under faults, and then on until all is well or time is up. */
    public SimulationResult run(long events) {
        Throwable failure = null;
        try {
            phases(events);
        } catch (RuntimeException | AssertionError failed) {
            failure = failed;
        }
        SimTime time = cluster.time();
        return new SimulationResult(
                plan.seed(),
                failure,
                time.trace().value(),
                time.events(),
                time.nanoTime(),
                workload.acknowledgements(),
                workload.reads(),
                planted);
    }

    private void phases(long events) {
        start();
        Faults faults = new Faults(cluster, checks, plan, topics, chance);
        planted = faults.planted();
        workload.start(topics, plan.clients(), plan.produceEveryNs(), chance);
        faults.start();
        while (cluster.time().events() < events && cluster.time().step()) {
            // Each step is checked by itself.
        }
        faults.heal();
        workload.countAnew();
        await("all partitions led, in sync and written to", RECOVERY_NS, () -> {
            faults.startWhoIsDown();
            return isInGoodOrder() && workload.isEachAcknowledged();
        });
        workload.stop();
        await("all logs level", RECOVERY_NS, checks::areLogsLevel);
        checks.requireEqualLogs();
    }

    private void start() {
        cluster.hosts().forEach(cluster::start);
        await("brokers up", START_NS, () -> cluster.hosts().stream().allMatch(Simulation::isServing));
        await(
                "a controller known to all",
                START_NS,
                () -> cluster.hosts().stream().allMatch(this::knowsController));
        plan.topics().forEach(this::create);
    }

    private static boolean isServing(SimHost host) {
        SimBroker broker = host.running();
        return broker != null && broker.isServing();
    }

    private boolean knowsController(SimHost host) {
        SimBroker broker = host.running();
        return broker != null
                && broker.image().controller() != null
                && broker.image().brokers().size() == cluster.hosts().size();
    }

    private void create(TopicPlan topic) {
        int before = topics.size();
        ask(topic);
        await("topic " + topic.name() + " made", START_NS, () -> topics.size() > before);
    }

    private void ask(TopicPlan topic) {
        NewTopic wanted = new NewTopic(
                topic.name(),
                cluster.ids().topicId(),
                OptionalInt.of(topic.partitions()),
                OptionalInt.of(topic.replicationFactor()),
                new TopicConfig(topic.durability(), topic.minInsyncReplicas(), BATCH_MAX_BYTES, BATCH_MAX_BYTES),
                new TreeMap<>(),
                false);
        SimBroker first = cluster.hosts().get(0).running();
        SimBroker controller = first == null || first.image().controller() == null
                ? null
                : cluster.broker(first.image().controller().id());
        if (controller == null) {
            throw new Violation("START", "no controller to make a topic");
        }
        controller.controller().createTopic(wanted, answer -> onCreated(topic, answer));
    }

    private void onCreated(TopicPlan topic, Outcome<TopicImage> answer) {
        if (answer instanceof Outcome.Ok<TopicImage> ok) {
            checks.watch(ok.value());
            topics.add(ok.value());
        } else {
            cluster.time()
                    .after(TimeUnit.MILLISECONDS.toNanos(100), cluster.time().world(), () -> ask(topic));
        }
    }

    /** Every partition has a leader, and all its replicas are in sync. */
    private boolean isInGoodOrder() {
        return workload.partitions().stream().allMatch(partition -> {
            PartitionNode state = checks.state(partition);
            return state != null
                    && state.leader() >= 0
                    && state.isr().size() == state.replicas().size();
        });
    }

    private void await(String what, long withinNs, BooleanSupplier condition) {
        SimTime time = cluster.time();
        long until = time.nanoTime() + withinNs;
        while (!condition.getAsBoolean()) {
            if (!time.step() || time.nanoTime() > until) {
                throw new Violation("LIVE", "not within " + withinNs / 1_000_000 + " ms: " + what + diagnosis());
            }
        }
    }

    private String diagnosis() {
        StringBuilder found = new StringBuilder();
        workload.partitions().forEach(partition -> {
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
