package io.millrace.lab.run;

import io.millrace.lab.cluster.TopicState;
import io.millrace.lab.cluster.TopicWatch;
import io.millrace.lab.run.FaultKit.Healing;
import io.millrace.lab.run.FaultOutcome.Unhealed;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets the faults of a plan strike, one after the other, each when the cluster is whole again. */
final class FaultRounds {
    private static final Logger LOG = LoggerFactory.getLogger(FaultRounds.class);
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

    private FaultOutcome round(FaultStep drawn, BooleanSupplier isStopping) throws IOException, InterruptedException {
        TopicState before = watch.await(FaultRounds::isWhole, RunPlan.HEAL_LIMIT)
                .orElseThrow(() -> new IOException("no broker knows a controller, before " + drawn));
        FaultStep step = drawn.aimedAt(before.controllerId());
        workload.mark();
        long atMs = nowMs();
        Healing healing = kit.injector(step.kind()).strike(step);
        recorder.onFault(step, System.nanoTime());
        pause(step.holdMs(), isStopping);
        long healingAtMs = nowMs();
        recorder.onHealing(step, System.nanoTime());
        boolean isTakenBack = heal(step, healing);
        long silentMs = workload.longestSilenceMs();
        workload.mark();
        // Writes first: a metadata answer may be from before the fault.
        boolean isWritable = workload.awaitResumed(RunPlan.HEAL_LIMIT);
        Optional<TopicState> whole = watch.await(FaultRounds::isWhole, RunPlan.HEAL_LIMIT);
        boolean isFast = isWritable && workload.awaitPace(RunPlan.HEAL_LIMIT);
        long healedAtMs = nowMs();
        recorder.onHealed(step, System.nanoTime());
        TopicState after = whole.orElse(before);
        return new FaultOutcome(
                step,
                atMs,
                healingAtMs,
                healedAtMs,
                Math.max(silentMs, workload.longestSilenceMs()),
                after.electionsSince(before),
                after.isrChangesSince(before),
                after.controllerId() != before.controllerId(),
                unhealed(isTakenBack, isWritable, whole.isPresent(), isFast));
    }

    private static boolean isWhole(TopicState state) {
        return state.isFull() && state.controllerId() > 0;
    }

    /** What cannot be taken back is a finding like others: the rest of the run shows what it cost. */
    private static boolean heal(FaultStep step, Healing healing) throws InterruptedException {
        try {
            healing.heal();
            return true;
        } catch (IOException | RuntimeException e) {
            LOG.error("{}: cannot be taken back", step, e);
            return false;
        }
    }

    private static @Nullable Unhealed unhealed(
            boolean isTakenBack, boolean isWritable, boolean isWhole, boolean isFast) {
        if (!isTakenBack) {
            return Unhealed.NOT_TAKEN_BACK;
        }
        if (!isWritable) {
            return Unhealed.NOT_WRITABLE;
        }
        if (!isWhole) {
            return Unhealed.NOT_IN_SYNC;
        }
        return isFast ? null : Unhealed.SLOW;
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
