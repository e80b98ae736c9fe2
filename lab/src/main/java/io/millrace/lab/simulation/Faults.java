package io.millrace.lab.simulation;

import io.millrace.lab.simulation.check.Losses;
import io.millrace.lab.simulation.cluster.SimBroker;
import io.millrace.lab.simulation.cluster.SimCluster;
import io.millrace.lab.simulation.cluster.SimHost;
import io.millrace.lab.simulation.seam.Chance;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import java.util.function.Consumer;

/** Plants the faults of a plan, one after the other, each for a while; several may last at the same time. */
final class Faults {

    private final SimCluster cluster;
    private final Losses losses;
    private final SwarmPlan plan;
    private final Chance chance;
    private final FaultBudget budget;
    private final DiskFaults disks;
    private final TreeMap<Fault, Integer> planted = new TreeMap<>();
    private boolean over;

    Faults(Stage stage, SwarmPlan plan, Chance chance) {
        this.cluster = stage.cluster();
        this.losses = stage.checks().losses();
        this.plan = plan;
        this.chance = chance.forUse("faults");
        this.budget = new FaultBudget(stage);
        this.disks = new DiskFaults(stage, budget, this.chance, this::later);
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
        }
        disks.healAll();
    }

    /** How often each was planted, and took hold. */
    SortedMap<Fault, Integer> planted() {
        return planted;
    }

    private void plantNext() {
        Fault fault = chance.oneOf(plan.faults());
        if (plant(fault, chance.oneOf(cluster.hosts()))) {
            planted.merge(fault, 1, Integer::sum);
        }
        start();
    }

    /** @return false where there was nothing to break, or more would break than may */
    private boolean plant(Fault fault, SimHost host) {
        long lasts = chance.between(plan.faultMaxNs() / 20, plan.faultMaxNs());
        return switch (fault) {
            case KILL, POWER_CUT, STOP, PAUSE -> endProcess(fault, host, lasts);
            case REPLACE_DISK -> disks.replace(host, lasts);
            case FILL_DISK -> disks.fill(host, lasts);
            case FAIL_SYNCS -> disks.failSyncs(host, lasts);
            case FLIP_BIT -> disks.flipBit(host, lasts);
            case CUT_ONE_WAY -> oneWay(host, (from, to) -> cut(from, to, lasts));
            case STALL -> oneWay(host, (from, to) -> stall(from, to, lasts));
            case ISOLATE -> isolate(host, lasts);
            case BREAK_STREAM -> cluster.network().breakOne();
            case LOSE_COORDINATOR, EXPIRE_SESSION, EXPIRE_LATE, LOSE_ANSWER, LAG -> troubleSession(fault, host, lasts);
            case NO_COORDINATOR -> {
                cluster.ensemble().goAway(lasts);
                yield true;
            }
        };
    }

    private boolean endProcess(Fault fault, SimHost host, long lasts) {
        if (host.running() == null || (fault == Fault.POWER_CUT && !budget.maySufferPowerCut(host))) {
            return false;
        }
        if (fault == Fault.PAUSE) {
            cluster.pause(host);
            later(lasts, () -> cluster.resume(host));
            return true;
        }
        if (fault == Fault.POWER_CUT) {
            losses.onPowerCut(host);
            cluster.cutPower(host);
        } else if (fault == Fault.KILL) {
            cluster.kill(host);
        } else {
            cluster.stop(host);
        }
        later(lasts, () -> disks.start(host));
        return true;
    }

    private boolean troubleSession(Fault fault, SimHost host, long lasts) {
        SimBroker broker = host.running();
        if (broker == null) {
            return false;
        }
        if (fault == Fault.LOSE_COORDINATOR) {
            broker.session().disconnect(lasts);
        } else if (fault == Fault.EXPIRE_SESSION) {
            broker.session().expire();
        } else if (fault == Fault.EXPIRE_LATE) {
            broker.session()
                    .disconnectAndExpireLate(
                            lasts, chance.between(0, plan.cluster().sessionTimeoutNs()));
        } else if (fault == Fault.LOSE_ANSWER) {
            broker.session().loseNextAnswer(chance.oneIn(2));
        } else {
            broker.session().lag(lasts);
        }
        return true;
    }

    /** From this broker to another broker or a client, or the other way. */
    private boolean oneWay(SimHost host, BiPredicate<String, String> fault) {
        String other = chance.oneOf(cluster.network().addresses());
        return chance.oneIn(2) ? fault.test(host.address(), other) : fault.test(other, host.address());
    }

    private boolean stall(String from, String to, long lasts) {
        if (!from.equals(to)) {
            cluster.network().clog(from, to, lasts);
        }
        return !from.equals(to);
    }

    private boolean isolate(SimHost host, long lasts) {
        for (SimHost other : cluster.hosts()) {
            if (other != host) {
                cut(host.address(), other.address(), lasts);
                cut(other.address(), host.address(), lasts);
            }
        }
        return true;
    }

    private boolean cut(String from, String to, long lasts) {
        if (!from.equals(to)) {
            cluster.network().cut(from, to);
            later(lasts, () -> cluster.network().heal(from, to));
        }
        return !from.equals(to);
    }

    private static void withSession(SimHost host, Consumer<SimBroker> what) {
        SimBroker broker = host.running();
        if (broker != null) {
            what.accept(broker);
        }
    }

    private void later(long delayNs, Runnable task) {
        cluster.time().after(delayNs, cluster.time().world(), () -> {
            if (!over) {
                task.run();
            }
        });
    }
}
