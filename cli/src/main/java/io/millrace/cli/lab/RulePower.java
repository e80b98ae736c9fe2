package io.millrace.cli.lab;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.LongFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * How soon a swarm misses a rule: from each of several seeds on, how many were played until one went wrong.
 *
 * @param played for each start, the seeds that were played, the one that found it included
 * @param found of how many starts it was found
 * @param first what the first find of the first lucky start said; empty where it was not found at all
 */
record RulePower(List<Integer> played, int found, String first) {

    /** One start's: {@code failure} is null where all {@code seeds} went well. */
    private record Search(int seeds, @Nullable String failure) {}

    /**
     * Looks from {@code starts} seeds on, each for at most {@code limit} seeds, none of them twice.
     *
     * @param run plays a seed, and says what went wrong, or null
     */
    static RulePower measure(long seed, int starts, int limit, LongFunction<@Nullable String> run) {
        List<Search> searches = IntStream.range(0, starts)
                .parallel()
                .mapToObj(start -> search(seed + (long) start * limit, limit, run))
                .toList();
        List<Integer> played = searches.stream().map(Search::seeds).sorted().toList();
        List<String> failures = new ArrayList<>();
        for (Search search : searches) {
            if (search.failure() != null) {
                failures.add(search.failure());
            }
        }
        return new RulePower(played, failures.size(), failures.isEmpty() ? "" : failures.get(0));
    }

    private static Search search(long from, int limit, LongFunction<@Nullable String> run) {
        for (int i = 0; i < limit; i++) {
            String failure = run.apply(from + i);
            if (failure != null) {
                return new Search(i + 1, failure);
            }
        }
        return new Search(limit, null);
    }

    int total() {
        return played.stream().mapToInt(Integer::intValue).sum();
    }

    /** Seeds per find, over all that were played: starts that found nothing count with what they have cost. */
    OptionalDouble mean() {
        return found == 0 ? OptionalDouble.empty() : OptionalDouble.of((double) total() / found);
    }

    /** Empty where less than half of the starts found it. */
    OptionalDouble median() {
        int middle = (played.size() - 1) / 2;
        return middle < found ? OptionalDouble.of(played.get(middle)) : OptionalDouble.empty();
    }
}
