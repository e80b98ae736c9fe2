package io.millrace.lab.run;

import java.util.ArrayList;
import java.util.List;

/** Where the names of faults stand above the picture, so that none covers another: with many faults, only numbers. */
final class FaultLabels {
    private static final int MAX_ROWS = 6;
    private static final double CHAR_WIDTH = 6.6;
    private static final int GAP = 7;

    private final List<Label> labels;
    private final int rows;

    /** @param row from the top, from 0 */
    record Label(FaultOutcome fault, String text, double x, int row) {}

    private FaultLabels(List<Label> labels) {
        this.labels = labels;
        this.rows = labels.stream().mapToInt(label -> label.row() + 1).max().orElse(0);
    }

    static FaultLabels of(List<FaultOutcome> faults, PlotScale scale) {
        FaultLabels named = place(faults, scale, true);
        return named.rows <= MAX_ROWS ? named : place(faults, scale, false);
    }

    private static FaultLabels place(List<FaultOutcome> faults, PlotScale scale, boolean isNamed) {
        List<Label> labels = new ArrayList<>();
        List<Double> ends = new ArrayList<>();
        for (int i = 0; i < faults.size(); i++) {
            FaultStep step = faults.get(i).step();
            String text = (i + 1)
                    + (isNamed
                            ? " " + step.kind().spelling() + " " + step.target().replace("broker-", "")
                            : "");
            double width = text.length() * CHAR_WIDTH;
            double x = Math.min(scale.x(faults.get(i).atMs()), PlotScale.RIGHT - width);
            int row = 0;
            while (row < ends.size() && ends.get(row) + GAP > x) {
                row++;
            }
            if (row == ends.size()) {
                ends.add(0.0);
            }
            ends.set(row, x + width);
            labels.add(new Label(faults.get(i), text, x, row));
        }
        return new FaultLabels(labels);
    }

    List<Label> all() {
        return labels;
    }

    int rows() {
        return rows;
    }
}
