package io.millrace.lab.run;

import io.millrace.lab.cluster.TopicState;
import io.millrace.lab.cluster.TopicWatch;
import io.millrace.lab.run.FaultKit.Healing;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Lets the faults of a plan strike, one after the other, each when the cluster is whole again. */
final class FaultRounds {
    private static final long STOP_POLL_MS = 100;

    private final RunPlan plan;
    private final FaultKit kit;
    private final TopicWatch watch;
    private final Workload workload;
    private final Recorder recorder;
    private final RunProgress progress;
    private final long startNs;

    FaultRounds(
            RunPlan plan,
            FaultKit kit,
            TopicWatch watch,
            Workload workload,
            Recorder recorder,
            RunProgress progress,
            long startNs) {
        this.plan = plan;
        this.kit = kit;
        this.watch = watch;
        this.workload = workload;
        this.recorder = recorder;
        this.progress = progress;
        this.startNs = startNs;
    }

    /** Until the time is over, or somebody wants it to end, or the cluster does not become whole again. */
    List<FaultOutcome> run(BooleanSupplier isStopping) throws IOException, InterruptedException {
        List<FaultOutcome> outcomes = new ArrayList<>();
        pause(RunPlan.WARM_UP.toMillis(), isStopping);
        for (FaultStep step : plan.faults()) {
            if (isStopping.getAsBoolean()
                    || nowMs() + step.holdMs() > plan.duration().toMillis()) {
                break;
            }
            FaultOutcome outcome = round(step, isStopping);
            outcomes.add(outcome);
            progress.onOutcome(outcome);
            if (!outcome.isHealed()) {
                return outcomes;
            }
            pause(step.restMs(), isStopping);
        }
        pause(plan.duration().toMillis() - nowMs(), isStopping);
        return outcomes;
    }

    private FaultOutcome round(FaultStep step, BooleanSupplier isStopping) throws IOException, InterruptedException {
        TopicState before = watch.now();
        workload.mark();
        long atMs = nowMs();
        Healing healing = kit.injector(step.kind()).strike(step);
        recorder.onFault(step, System.nanoTime());
        pause(step.holdMs(), isStopping);
        long healingAtMs = nowMs();
        recorder.onHealing(step, System.nanoTime());
        healing.heal();
        long silentMs = workload.longestSilenceMs();
        workload.mark();
        // Writes first: a metadata answer may be from before the fault.
        boolean isWritable = workload.awaitResumed(RunPlan.HEAL_LIMIT);
        Optional<TopicState> full = watch.await(TopicState::isFull, RunPlan.HEAL_LIMIT);
        long healedAtMs = nowMs();
        recorder.onHealed(step, System.nanoTime());
        TopicState after = full.orElse(before);
        return new FaultOutcome(
                step,
                atMs,
                healingAtMs,
                healedAtMs,
                Math.max(silentMs, workload.longestSilenceMs()),
                after.electionsSince(before),
                after.isrChangesSince(before),
                after.controllerId() != before.controllerId(),
                isWritable && full.isPresent());
    }

    private static void pause(long ms, BooleanSupplier isStopping) throws InterruptedException {
        long endNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(ms);
        while (!isStopping.getAsBoolean()) {
            long leftMs = TimeUnit.NANOSECONDS.toMillis(endNs - System.nanoTime());
            if (leftMs <= 0) {
                return;
            }
            Thread.sleep(Math.min(leftMs, STOP_POLL_MS));
        }
    }

    private long nowMs() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNs);
    }
}
