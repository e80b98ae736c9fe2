package io.millrace.lab.drill;

import io.millrace.lab.cluster.ClusterProcesses;
import io.millrace.lab.cluster.ClusterProcesses.Strike;
import io.millrace.lab.cluster.TopicState;
import io.millrace.lab.cluster.TopicWatch;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** One round: strike, wait, heal, wait, and say what was seen. */
final class DrillRound {
    private final DrillPlan plan;
    private final ClusterProcesses processes;
    private final TopicWatch watch;
    private final Load load;
    private final Random random;
    private final List<String> violations = new ArrayList<>();

    DrillRound(DrillPlan plan, ClusterProcesses processes, TopicWatch watch, Load load, Random random) {
        this.plan = plan;
        this.processes = processes;
        this.watch = watch;
        this.load = load;
        this.random = random;
    }

    Round run(int number) throws IOException, InterruptedException {
        Fault fault = plan.fault();
        TopicState before = watch.now();
        requireWhole(before);
        Set<Integer> victims =
                new TreeSet<>(fault.victims(number, processes.brokerIds(), before.controllerId(), random));
        Set<Integer> led = before.ledBy(victims);
        Set<Integer> watched = led.isEmpty() ? all() : led;
        Strike strike = fault.aim(processes, victims);
        long inFlight = load.strike(watched, strike);
        fault.awaitEffect(processes, watch, victims);
        if (fault.promise().writesResumeBeforeHealing()) {
            // Of all: a partition that is still silent when its gap is read would count only so far.
            requireWrites(all(), "before the victim was back");
        }
        long gapMs = load.longestSilenceMs(watched);
        Set<Integer> followed = victims.isEmpty() ? Set.of() : allBut(led);
        long followedGapMs = followed.isEmpty() ? -1 : load.longestSilenceMs(followed);
        load.mark();
        long healNs = System.nanoTime();
        fault.heal(processes, victims);
        long leadersMs = leadersMs(fault.promise().leadersWithin(), before, healNs);
        requireWrites(all(), "after the fault was healed");
        boolean isHealed = watch.await(TopicState::isFull, DrillPlan.FULL_LIMIT).isPresent();
        long healMs = sinceMs(healNs);
        TopicState after = isHealed ? calm() : watch.now();
        requireWhole(after);
        long stirMs = load.longestSilenceMs(all());
        requireKeptLeaders(before, after);
        return new Round(
                number,
                victims,
                victims.contains(before.controllerId()),
                led,
                inFlight,
                // All brokers were away: the gap ends only when they are back.
                fault.promise().leadersWithin().isZero() ? gapMs : Math.max(gapMs, stirMs),
                followedGapMs,
                stirMs,
                healMs,
                leadersMs,
                after.electionsSince(before),
                after.isrChangesSince(before),
                after.isFull(),
                violations);
    }

    /** Waits for the preferred leaders, if they come back, and lets a moment of plain load pass. */
    private TopicState calm() throws InterruptedException {
        watch.await(TopicState::isCalm, DrillPlan.BALANCE_LIMIT);
        Thread.sleep(DrillPlan.CALM.toMillis());
        // On a machine that stalls, a replica may have left for a moment; only one that stays away is news.
        return watch.await(TopicState::isFull, DrillPlan.FULL_LIMIT).orElseGet(watch::now);
    }

    private long leadersMs(Duration within, TopicState before, long healNs) throws InterruptedException {
        if (within.isZero()) {
            return -1;
        }
        watch.await(state -> state.isElectedAnewSince(before), DrillPlan.FULL_LIMIT);
        long tookMs = sinceMs(healNs);
        if (tookMs > within.toMillis()) {
            violations.add("partitions had no leader for " + tookMs + " ms after the start");
        }
        return tookMs;
    }

    private void requireWrites(Set<Integer> partitions, String when) throws InterruptedException {
        if (!load.awaitResumed(partitions, DrillPlan.RESUME_LIMIT)) {
            violations.add("writes did not go on within " + DrillPlan.RESUME_LIMIT.toSeconds() + " s " + when);
        }
    }

    private void requireKeptLeaders(TopicState before, TopicState after) {
        if (plan.fault().promise().keepsLeaders() && after.electionsSince(before) + after.isrChangesSince(before) > 0) {
            violations.add(after.electionsSince(before) + " leaders were elected and " + after.isrChangesSince(before)
                    + " times an in-sync set changed; neither should have happened");
        }
    }

    private void requireWhole(TopicState state) {
        if (!state.isFull()) {
            violations.add("not all replicas are in sync");
        }
    }

    private Set<Integer> all() {
        return allBut(Set.of());
    }

    private Set<Integer> allBut(Set<Integer> some) {
        return IntStream.range(0, plan.partitions())
                .filter(partition -> !some.contains(partition))
                .boxed()
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static long sinceMs(long startNs) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNs);
    }
}
