package io.millrace.bench;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;

/**
 * Runs in blocks that go A B B A, and what they say. Within a block a drift of the machine hits both alike; the ratio is
 * taken by block, and of the blocks the median.
 */
final class Pairs {
    private Pairs() {}

    /**
     * Ratios to a rival, one for each block that has both.
     *
     * @param ours figures by block
     * @param theirs figures by block
     */
    static List<Double> ratios(SortedMap<Integer, List<Double>> ours, SortedMap<Integer, List<Double>> theirs) {
        List<Double> ratios = new ArrayList<>();
        ours.forEach((block, figures) -> {
            List<Double> rival = theirs.get(block);
            if (rival != null) {
                ratios.add(geometricMean(figures) / geometricMean(rival));
            }
        });
        return ratios;
    }

    /**
     * By what factor a contestant differs from itself within a block, at worst: a ratio nearer to 1 than this says nothing.
     */
    static double repeat(SortedMap<Integer, List<Double>> figures) {
        return figures.values().stream()
                .mapToDouble(block -> Collections.max(block) / Collections.min(block))
                .max()
                .orElse(Double.NaN);
    }

    static double median(Collection<Double> figures) {
        List<Double> sorted = figures.stream().sorted().toList();
        int half = sorted.size() / 2;
        if (sorted.isEmpty()) {
            return Double.NaN;
        }
        return sorted.size() % 2 == 1 ? sorted.get(half) : (sorted.get(half - 1) + sorted.get(half)) / 2;
    }

    static double geometricMean(List<Double> figures) {
        return Math.exp(figures.stream().mapToDouble(Math::log).average().orElse(Double.NaN));
    }
}
