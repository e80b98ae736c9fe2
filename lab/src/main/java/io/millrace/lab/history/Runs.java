package io.millrace.lab.history;

import java.util.ArrayList;
import java.util.List;

/** Puts records together to the fewest runs. Belongs to one thread. */
public final class Runs {

    private final List<Run> runs = new ArrayList<>();

    /** The next record. */
    public Runs add(long offset, long value) {
        int last = runs.size() - 1;
        if (last >= 0) {
            Run run = runs.get(last);
            if (run.endOffset() == offset && run.value() + run.count() == value && run.count() < Bounds.MAX_COUNT) {
                runs.set(last, new Run(run.offset(), run.value(), run.count() + 1));
                return this;
            }
        }
        runs.add(new Run(offset, value, 1));
        return this;
    }

    public List<Run> list() {
        return List.copyOf(runs);
    }
}
