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
     * @param kinds in any order, each counted once; only those that can be had in this scope
     */
    public static List<FaultStep> draw(long seed, List<FaultKind> kinds, FaultScope scope, long durationMs) {
        List<FaultKind> bag = new ArrayList<>(kinds.stream().distinct().sorted().toList());
        List<FaultStep> steps = new ArrayList<>();
        Random random = new Random(seed);
        Map<FaultKind, Integer> variants = new EnumMap<>(FaultKind.class);
        bag.forEach(kind -> variants.put(kind, random.nextInt(scope.forms(kind).size())));
        long filledMs = 0;
        while (filledMs < durationMs && !bag.isEmpty()) {
            Collections.shuffle(bag, random);
            for (FaultKind kind : bag) {
                List<FaultForm> forms = scope.forms(kind);
                FaultForm form = forms.get(variants.merge(kind, 1, Integer::sum) % forms.size());
                FaultStep step = draw(kind, form, scope.victims(kind), random);
                filledMs += step.holdMs() + step.restMs();
                steps.add(step);
            }
        }
        return List.copyOf(steps);
    }

    private static FaultStep draw(FaultKind kind, FaultForm form, List<Integer> victims, Random random) {
        int victim = victims.get(random.nextInt(victims.size()));
        int holdMs = between(kind.minHoldMs(), kind.maxHoldMs(), random);
        int restMs = between(MIN_REST_MS, MAX_REST_MS, random);
        return new FaultStep(kind, form == FaultForm.CONTROLLER ? 0 : victim, form, holdMs, restMs);
    }

    private static int between(int min, int max, Random random) {
        return min + random.nextInt(max - min + 1);
    }
}
