package io.millrace.lab.simulation;

import io.millrace.broker.core.Durability;
import io.millrace.broker.core.TopicImage;
import io.millrace.broker.core.TopicPartition;
import io.millrace.lab.simulation.check.Checks;
import io.millrace.lab.simulation.cluster.SimBroker;
import io.millrace.lab.simulation.cluster.SimCluster;
import io.millrace.lab.simulation.cluster.SimHost;
import io.millrace.lab.simulation.seam.Chance;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Plants the faults of a plan, one after the other, each for a while; several may last at the same time. */
final class Faults {

    private final SimCluster cluster;
    private final Checks checks;
    private final SwarmPlan plan;
    private final List<TopicImage> topics;
    private final Chance chance;
    private final TreeMap<Fault, Integer> planted = new TreeMap<>();
    private boolean over;

    Faults(Stage stage, SwarmPlan plan, Chance chance) {
        this.cluster = stage.cluster();
        this.checks = stage.checks();
        this.plan = plan;
        this.topics = stage.topics();
        this.chance = chance.forUse("faults");
    }

    void start() {
        if (!plan.faults().isEmpty()) {
            later(chance.between(0, 2 * plan.faultEveryNs()), this::plantNext);
        }
    }

    /** Makes everything good again. */
    void heal() {
        over = true;
        cluster.network().healAll();
        for (SimHost host : cluster.hosts()) {
            cluster.resume(host);
            withSession(host, session -> session.session().reconnect());
            cluster.start(host);
        }
    }

    /** How often each was planted. */
    SortedMap<Fault, Integer> planted() {
        return planted;
    }

    private void plantNext() {
        Fault fault = chance.oneOf(plan.faults());
        planted.merge(fault, 1, Integer::sum);
        plant(fault, chance.oneOf(cluster.hosts()));
        start();
    }

    private void plant(Fault fault, SimHost host) {
        long lasts = chance.between(plan.faultMaxNs() / 20, plan.faultMaxNs());
        switch (fault) {
            case KILL -> {
                cluster.kill(host);
                later(lasts, () -> cluster.start(host));
            }
            case POWER_CUT -> {
                if (isWithinGuarantee(host)) {
                    checks.onPowerCut(host);
                    cluster.cutPower(host);
                    later(lasts, () -> cluster.start(host));
                }
            }
            case STOP -> {
                cluster.stop(host);
                later(lasts, () -> cluster.start(host));
            }
            case PAUSE -> {
                cluster.pause(host);
                later(lasts, () -> cluster.resume(host));
            }
            case CUT_ONE_WAY ->
                cut(host.address(), chance.oneOf(cluster.hosts()).address(), lasts);
            case ISOLATE -> isolate(host, lasts);
            case BREAK_STREAM -> cluster.network().breakOne();
            case LOSE_COORDINATOR ->
                withSession(host, broker -> broker.session().disconnect(lasts));
            case EXPIRE_SESSION -> withSession(host, broker -> broker.session().expire());
            case LOSE_ANSWER -> {
                boolean applied = chance.oneIn(2);
                withSession(host, broker -> broker.session().loseNextAnswer(applied));
            }
            case LAG -> withSession(host, broker -> broker.session().lag(lasts));
            case NO_COORDINATOR -> cluster.ensemble().goAway(lasts);
        }
    }

    private void isolate(SimHost host, long lasts) {
        for (SimHost other : cluster.hosts()) {
            if (other != host) {
                cut(host.address(), other.address(), lasts);
                cut(other.address(), host.address(), lasts);
            }
        }
    }

    private void cut(String from, String to, long lasts) {
        if (!from.equals(to)) {
            cluster.network().cut(from, to);
            later(lasts, () -> cluster.network().heal(from, to));
        }
    }

    private static void withSession(SimHost host, Consumer<SimBroker> what) {
        SimBroker broker = host.running();
        if (broker != null) {
            what.accept(broker);
        }
    }

    /**
     * {@code durability=replicated} does not promise to survive a power cut of all in-sync replicas: another one must be left
     * whose host has had power since it became one. And fewer than {@code minInsyncReplicas} may have lost power without
     * anybody knowing: the others may leave, and rely on them.
     */
    private boolean isWithinGuarantee(SimHost host) {
        for (TopicImage topic : topics) {
            if (topic.config().durability() == Durability.REPLICATED) {
                for (int number = 0; number < topic.partitionCount(); number++) {
                    if (!isSafeWithout(
                            host,
                            new TopicPartition(topic.topicId(), number),
                            topic.config().minInsyncReplicas())) {
                        return false;
                    }
                }
            }
        }
        return true;
    }

    private boolean isSafeWithout(SimHost host, TopicPartition partition, int minInsyncReplicas) {
        List<SimHost> others =
                cluster.hosts().stream().filter(other -> other != host).toList();
        long unsound = others.stream()
                .filter(other -> checks.isUnsoundMember(other, partition))
                .count();
        return unsound + 1 < minInsyncReplicas
                && others.stream().anyMatch(other -> checks.isSoundMember(other, partition));
    }

    private void later(long delayNs, Runnable task) {
        cluster.time().after(delayNs, cluster.time().world(), () -> {
            if (!over) {
                task.run();
            }
        });
    }
}
