package io.millrace.lab.drill;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What became of one partition's records on their way in, in the order in which they were sent. Kept by stretches: an
 * hour without a fault is a single one.
 */
public final class SentRuns {
    private final List<Run> runs = new ArrayList<>();

    /** What the writer was told. */
    public enum Outcome {
        ACKNOWLEDGED,
        /** It may be stored or not: an INDETERMINATE failure. */
        UNKNOWN,
        /** It is not stored and never will be: a DEFINITE failure. */
        REFUSED
    }

    /**
     * Records of the same fate.
     *
     * @param first the number of the first one
     * @param baseOffset where that one is stored; -1 unless acknowledged
     */
    private record Run(long first, long count, long baseOffset, Outcome outcome) {
        boolean isFollowedBy(Run next) {
            return outcome == next.outcome
                    && first + count == next.first
                    && (outcome != Outcome.ACKNOWLEDGED || baseOffset + count == next.baseOffset);
        }
    }

    /** The next {@code count} records were stored from this offset on. */
    public void acknowledged(long count, long baseOffset) {
        add(new Run(sent(), count, baseOffset, Outcome.ACKNOWLEDGED));
    }

    /** The next {@code count} records failed so. */
    public void failed(long count, Outcome outcome) {
        add(new Run(sent(), count, -1, outcome));
    }

    private void add(Run next) {
        Run last = runs.isEmpty() ? null : runs.get(runs.size() - 1);
        if (last != null && last.isFollowedBy(next)) {
            runs.set(
                    runs.size() - 1,
                    new Run(last.first(), last.count() + next.count(), last.baseOffset(), last.outcome()));
        } else {
            runs.add(next);
        }
    }

    /** How many were sent; they are numbered from 0. */
    public long sent() {
        Run last = runs.isEmpty() ? null : runs.get(runs.size() - 1);
        return last == null ? 0 : last.first() + last.count();
    }

    /** How many have this outcome. */
    public long count(Outcome outcome) {
        return runs.stream()
                .filter(run -> run.outcome() == outcome)
                .mapToLong(Run::count)
                .sum();
    }

    /** Empty where no record of this number was sent. */
    public Optional<Outcome> outcome(long number) {
        return find(number).map(Run::outcome);
    }

    /** Where a record that was acknowledged is stored. */
    public long offset(long number) {
        Run run = find(number)
                .filter(found -> found.outcome() == Outcome.ACKNOWLEDGED)
                .orElseThrow(() -> new IllegalArgumentException("not acknowledged: " + number));
        return run.baseOffset() + (number - run.first());
    }

    private Optional<Run> find(long number) {
        int low = 0;
        int high = runs.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            Run run = runs.get(middle);
            if (number < run.first()) {
                high = middle - 1;
            } else if (number >= run.first() + run.count()) {
                low = middle + 1;
            } else {
                return Optional.of(run);
            }
        }
        return Optional.empty();
    }
}
