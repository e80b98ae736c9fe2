package io.millrace.lab.simulation;

import io.millrace.broker.core.TopicPartition;
import io.millrace.lab.simulation.check.Losses;
import io.millrace.lab.simulation.cluster.SimBroker;
import io.millrace.lab.simulation.cluster.SimCluster;
import io.millrace.lab.simulation.cluster.SimHost;
import io.millrace.lab.simulation.seam.Chance;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What disks do to brokers, and what people do then: they make room, start brokers again, and delete damaged logs. */
final class DiskFaults {

    private static final long AGAIN_NS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final int MOST_ROOM_BYTES = 6_000;

    private final Stage stage;
    private final SimCluster cluster;
    private final Losses losses;
    private final FaultBudget budget;
    private final Chance chance;
    private final Later later;
    private final List<Damage> damages = new ArrayList<>();

    /** Runs something after a while, unless everything is to be well by then. */
    interface Later {
        void run(long delayNs, Runnable task);
    }

    private record Damage(SimHost host, TopicPartition partition) {}

    DiskFaults(Stage stage, FaultBudget budget, Chance chance, Later later) {
        this.stage = stage;
        this.cluster = stage.cluster();
        this.losses = stage.checks().losses();
        this.budget = budget;
        this.chance = chance;
        this.later = later;
    }

    /** Again and again where the disk does not permit it. */
    void start(SimHost host) {
        cluster.start(host);
        if (host.running() == null) {
            later.run(AGAIN_NS, () -> start(host));
        }
    }

    boolean replace(SimHost host, long lasts) {
        if (!budget.mayLoseDisk(host)) {
            return false;
        }
        cluster.kill(host);
        losses.onDiskReplaced(host);
        cluster.replaceDisk(host);
        later.run(lasts, () -> start(host));
        return true;
    }

    boolean fill(SimHost host, long lasts) {
        host.fillDisk(chance.between(0, MOST_ROOM_BYTES));
        later.run(lasts, () -> heal(host));
        return true;
    }

    boolean failSyncs(SimHost host, long lasts) {
        host.failSyncs(chance.oneIn(2) ? ".log" : "");
        later.run(lasts, () -> heal(host));
        return true;
    }

    /** A log that has failed stays so until its broker is started again. */
    private void heal(SimHost host) {
        host.healDisk();
        SimBroker broker = host.running();
        if (broker != null && broker.hasFailedLogs()) {
            cluster.kill(host);
            start(host);
        }
    }

    boolean flipBit(SimHost host, long lasts) {
        List<TopicPartition> candidates = stage.partitions().stream()
                .filter(partition -> !host.closedSegments(partition).isEmpty()
                        && !losses.isDamaged(host, partition)
                        && budget.mayLose(host, partition))
                .toList();
        if (candidates.isEmpty()) {
            return false;
        }
        TopicPartition partition = chance.oneOf(candidates);
        host.flipBit(chance.oneOf(host.closedSegments(partition)), chance);
        losses.onDamage(host, partition);
        Damage damage = new Damage(host, partition);
        damages.add(damage);
        later.run(lasts, () -> repair(damage));
        return true;
    }

    /** Only where another replica has everything; else later. */
    private void repair(Damage damage) {
        if (budget.mayDoWithout(damage.host(), damage.partition())) {
            replaceLog(damage);
        } else {
            later.run(AGAIN_NS, () -> repair(damage));
        }
    }

    private void replaceLog(Damage damage) {
        if (damages.remove(damage)) {
            cluster.kill(damage.host());
            damage.host().deleteLog(damage.partition());
            losses.onLogDeleted(damage.host(), damage.partition());
            start(damage.host());
        }
    }

    /** All disks work, nothing is damaged, and all brokers run. */
    void healAll() {
        cluster.hosts().forEach(this::heal);
        List.copyOf(damages).forEach(this::replaceLog);
        cluster.hosts().forEach(cluster::start);
    }
}
