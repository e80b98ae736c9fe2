package io.millrace.lab.run;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Draws the faults of a run. The same seed, kinds and sizes give the same faults. */
public final class FaultPlan {
    static final int VARIANTS = 60;
    private static final int MIN_REST_MS = 500;
    private static final int MAX_REST_MS = 2_500;

    private FaultPlan() {}

    /**
     * Enough faults for this time even where healing takes none. Each kind comes once before one comes again.
     *
     * @param kinds in any order, each counted once
     */
    public static List<FaultStep> draw(long seed, List<FaultKind> kinds, int brokers, int zookeepers, long durationMs) {
        List<FaultKind> bag = new ArrayList<>(kinds.stream().distinct().sorted().toList());
        List<FaultStep> steps = new ArrayList<>();
        Random random = new Random(seed);
        long filledMs = 0;
        while (filledMs < durationMs && !bag.isEmpty()) {
            Collections.shuffle(bag, random);
            for (FaultKind kind : bag) {
                FaultStep step = draw(kind, kind.isOfZooKeeper() ? zookeepers : brokers, random);
                filledMs += step.holdMs() + step.restMs();
                steps.add(step);
            }
        }
        return List.copyOf(steps);
    }

    private static FaultStep draw(FaultKind kind, int targets, Random random) {
        return new FaultStep(
                kind,
                1 + random.nextInt(targets),
                random.nextInt(VARIANTS),
                between(kind.minHoldMs(), kind.maxHoldMs(), random),
                between(MIN_REST_MS, MAX_REST_MS, random));
    }

    private static int between(int min, int max, Random random) {
        return min + random.nextInt(max - min + 1);
    }
}
