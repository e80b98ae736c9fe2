package io.millrace.lab.simulation;

import io.millrace.lab.history.HistorySink;
import io.millrace.lab.simulation.seam.Chance;
import io.millrace.lab.simulation.seam.SimTime;
import java.util.SortedMap;
import java.util.TreeMap;

/** One run of one plan. */
public final class Simulation {

    private final SwarmPlan plan;
    private final Chance chance;
    private final Stage stage;
    private final Workload workload;
    private SortedMap<Fault, Integer> planted = new TreeMap<>();

    public Simulation(SwarmPlan plan) {
        this(plan, HistorySink.NONE);
    }

    /**
     * Makes ready.
     *
     * @param history to which it is told what happens, {@link HistorySink#NONE} where nobody keeps it
     */
    public Simulation(SwarmPlan plan, HistorySink history) {
        this.plan = plan;
        this.chance = new Chance(plan.seed());
        this.stage = new Stage(plan.cluster(), chance, history);
        this.workload = new Workload(stage);
    }

    /** Runs until {@code events} have happened under faults, and then on until all is well or time is up. */
    public SimulationResult run(long events) {
        Throwable failure = null;
        try {
            phases(events);
        } catch (RuntimeException | AssertionError failed) {
            failure = failed;
        }
        SimTime time = stage.cluster().time();
        return new SimulationResult(
                plan.seed(),
                failure,
                time.trace().value(),
                time.events(),
                time.nanoTime(),
                workload.acknowledgements(),
                workload.reads(),
                stage.checks().groups().commits(),
                stage.checks().asked().effects(),
                planted);
    }

    private void phases(long events) {
        stage.start(plan.topics());
        stage.recoverWith(new LastResort(stage)::look);
        Faults faults = new Faults(stage, plan, chance);
        planted = faults.planted();
        workload.start(plan, chance);
        faults.start();
        SimTime time = stage.cluster().time();
        while (time.events() < events && time.step()) {
            // Each step is checked by itself.
        }
        faults.heal();
        workload.countAnew();
        workload.calm();
        stage.recover("the operator done with what was begun", workload::isOperatorIdle);
        stage.recover(
                "all partitions led, in sync and written to",
                () -> stage.isInGoodOrder() && workload.isEachAcknowledged());
        workload.stop();
        stage.recover(
                "all partitions read by each group, and that committed",
                workload::areGroupsSettled,
                workload::unsettled);
        workload.stopGroups();
        stage.settle();
        stage.checks().replicas().tellEnd();
        workload.clearAway();
        stage.recover("all groups deleted after their members have gone", workload::isOperatorIdle);
    }
}
