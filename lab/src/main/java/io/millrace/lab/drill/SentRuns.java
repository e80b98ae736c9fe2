package io.millrace.lab.drill;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

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

    /** Records of the same fate. It grows, so that a record that fares as the one before costs nothing. */
    private static final class Run {
        final long first;
        /** Where that one is stored; -1 unless acknowledged. */
        final long baseOffset;

        final Outcome outcome;
        long count;

        Run(long first, long baseOffset, Outcome outcome) {
            this.first = first;
            this.baseOffset = baseOffset;
            this.outcome = outcome;
        }

        long end() {
            return first + count;
        }

        boolean isContinuedBy(long offset, Outcome other) {
            return outcome == other && (outcome != Outcome.ACKNOWLEDGED || baseOffset + count == offset);
        }
    }

    /** The next {@code count} records were stored from this offset on. */
    public void acknowledged(long count, long baseOffset) {
        add(count, baseOffset, Outcome.ACKNOWLEDGED);
    }

    /** The next {@code count} records failed so. */
    public void failed(long count, Outcome outcome) {
        add(count, -1, outcome);
    }

    private void add(long count, long baseOffset, Outcome outcome) {
        Run last = last();
        if (last == null || !last.isContinuedBy(baseOffset, outcome)) {
            last = new Run(sent(), baseOffset, outcome);
            runs.add(last);
        }
        last.count += count;
    }

    private @Nullable Run last() {
        return runs.isEmpty() ? null : runs.get(runs.size() - 1);
    }

    /** How many were sent; they are numbered from 0. */
    public long sent() {
        Run last = last();
        return last == null ? 0 : last.end();
    }

    /** How many have this outcome. */
    public long count(Outcome outcome) {
        return runs.stream()
                .filter(run -> run.outcome == outcome)
                .mapToLong(run -> run.count)
                .sum();
    }

    /** Empty where no record of this number was sent. */
    public Optional<Outcome> outcome(long number) {
        return find(number).map(run -> run.outcome);
    }

    /** Where a record that was acknowledged is stored. */
    public long offset(long number) {
        Run run = find(number)
                .filter(found -> found.outcome == Outcome.ACKNOWLEDGED)
                .orElseThrow(() -> new IllegalArgumentException("not acknowledged: " + number));
        return run.baseOffset + (number - run.first);
    }

    private Optional<Run> find(long number) {
        int low = 0;
        int high = runs.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            Run run = runs.get(middle);
            if (number < run.first) {
                high = middle - 1;
            } else if (number >= run.end()) {
                low = middle + 1;
            } else {
                return Optional.of(run);
            }
        }
        return Optional.empty();
    }
}
