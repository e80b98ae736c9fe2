package io.millrace.lab.history.check;

import io.millrace.lab.history.Places;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Offsets that a reader was not given though it was given some behind them. Whether something was there, and whether it
 * is lost to all or only to that reader, is known at the end.
 */
final class Holes {

    private final Findings findings;
    private final List<Hole> holes = new ArrayList<>();
    private final Map<Truth, Spans> explained = new HashMap<>();

    private record Hole(Truth truth, Anomaly kind, long from, long to, String reader, long place) {}

    Holes(Findings findings) {
        this.findings = findings;
    }

    /**
     * @param kind if others have read what is there
     * @param to exclusive
     */
    void add(Truth truth, Anomaly kind, long from, long to, String reader, long place) {
        holes.add(new Hole(truth, kind, from, to, reader, place));
    }

    /** Why nobody is given this offset any more has been reported. */
    void explain(Truth truth, long offset) {
        explained.computeIfAbsent(truth, first -> new Spans()).add(offset, offset + 1);
    }

    void finish() {
        holes.forEach(this::report);
    }

    private void report(Hole hole) {
        Truth truth = hole.truth();
        Spans known = explained.computeIfAbsent(truth, first -> new Spans());
        boolean isSkipped = false;
        for (long offset : truth.offsets(hole.from(), hole.to())) {
            boolean isThere = !known.contains(offset);
            if (isThere && truth.readAt(offset) == Places.NONE) {
                known.add(offset, offset + 1);
                findings.add(
                        Anomaly.LOST_WRITE,
                        truth + ": value " + truth.value(offset) + " was acknowledged at offset " + offset + ", and "
                                + hole.reader() + " was given what lies behind it, but nobody ever this",
                        truth.ackedAt(offset),
                        hole.place());
            }
            isSkipped |= isThere && truth.readAt(offset) != Places.NONE;
        }
        if (isSkipped) {
            findings.add(
                    hole.kind(),
                    truth + ": " + hole.reader() + " was not given offsets " + hole.from() + " to " + (hole.to() - 1)
                            + ", but what lies behind them",
                    hole.place());
        }
    }
}
