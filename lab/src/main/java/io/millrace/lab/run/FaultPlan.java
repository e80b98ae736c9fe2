package io.millrace.lab.run;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Draws the faults of a run. The same seed, kinds and sizes give the same faults. */
public final class FaultPlan {
    private static final int MIN_REST_MS = 500;
    private static final int MAX_REST_MS = 2_500;

    private FaultPlan() {}

    /**
     * Enough faults for this time even where healing takes none. Each kind comes once before one comes again, and each of its
     * forms once before one comes again.
     *
     * @param kinds in any order, each counted once
     */
    public static List<FaultStep> draw(long seed, List<FaultKind> kinds, int brokers, int zookeepers, long durationMs) {
        List<FaultKind> bag = new ArrayList<>(kinds.stream().distinct().sorted().toList());
        List<FaultStep> steps = new ArrayList<>();
        Random random = new Random(seed);
        Map<FaultKind, Integer> variants = new EnumMap<>(FaultKind.class);
        bag.forEach(kind -> variants.put(kind, random.nextInt(kind.forms().size())));
        long filledMs = 0;
        while (filledMs < durationMs && !bag.isEmpty()) {
            Collections.shuffle(bag, random);
            for (FaultKind kind : bag) {
                int variant = variants.merge(kind, 1, Integer::sum);
                FaultStep step = draw(kind, variant, kind.isOfZooKeeper() ? zookeepers : brokers, random);
                filledMs += step.holdMs() + step.restMs();
                steps.add(step);
            }
        }
        return List.copyOf(steps);
    }

    private static FaultStep draw(FaultKind kind, int variant, int targets, Random random) {
        int victim = 1 + random.nextInt(targets);
        int holdMs = between(kind.minHoldMs(), kind.maxHoldMs(), random);
        int restMs = between(MIN_REST_MS, MAX_REST_MS, random);
        FaultStep step = new FaultStep(kind, victim, variant, holdMs, restMs);
        return step.form() == FaultForm.CONTROLLER ? new FaultStep(kind, 0, variant, holdMs, restMs) : step;
    }

    private static int between(int min, int max, Random random) {
        return min + random.nextInt(max - min + 1);
    }
}
