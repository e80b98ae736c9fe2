package io.millrace.lab.run;

import java.util.List;
import java.util.Locale;

/** The course of a run as an SVG picture: faults as bands, throughput as a line, unavailable partitions as red rows. */
final class TimelinePlot {
    private static final int WIDTH = 1000;
    private static final int MARGIN = 10;
    private static final int LABEL_HEIGHT = 14;
    private static final int PLOT_HEIGHT = 200;
    private static final int ROWS_GAP = 14;
    private static final int ROWS_HEIGHT = 96;
    private static final int MIN_ROW_HEIGHT = 3;
    private static final int AXIS_HEIGHT = 30;
    private static final int TEXT_HEIGHT = 11;
    private static final int MAX_POINTS = 450;
    private static final int RATE_MARKS = 4;
    /** What is made up for after an outage would flatten everything else. */
    private static final int RATES_SHOWN = 3;

    private final RunReport report;
    private final PlotScale scale;
    private final FaultLabels labels;
    private final int bucketsForAPoint;
    private final double highest;
    private final int top;
    private final int bottom;
    private final int rowsTop;
    private final double rowHeight;
    private final int rowsBottom;
    private final StringBuilder svg = new StringBuilder();

    private TimelinePlot(RunReport report) {
        this.report = report;
        long lengthMs = report.course().lengthMs();
        this.bucketsForAPoint = (int) Math.max(1, lengthMs / Timeline.BUCKET_MS / MAX_POINTS);
        this.highest = highest();
        this.scale = new PlotScale(
                lengthMs, Math.min(highest, RATES_SHOWN * (double) report.plan().ratePerS()));
        this.labels = FaultLabels.of(report.course().faults(), scale);
        this.top = MARGIN + labels.rows() * LABEL_HEIGHT + MARGIN;
        this.bottom = top + PLOT_HEIGHT;
        this.rowsTop = bottom + ROWS_GAP;
        int partitions = report.plan().partitions();
        this.rowHeight = Math.max(MIN_ROW_HEIGHT, (double) ROWS_HEIGHT / Math.max(partitions, ROWS_HEIGHT / 8));
        this.rowsBottom = (int) Math.ceil(rowsTop + partitions * rowHeight);
    }

    static String of(RunReport report) {
        TimelinePlot plot = new TimelinePlot(report);
        plot.draw();
        return plot.svg.toString();
    }

    /** What a reader has to know of the line, in words. */
    static String caption(RunReport report) {
        TimelinePlot plot = new TimelinePlot(report);
        return "One point stands for " + (long) plot.bucketsForAPoint * Timeline.BUCKET_MS + " ms."
                + (plot.highest > plot.scale.top()
                        ? String.format(
                                Locale.ROOT,
                                " The line is cut off at %,d/s; it reached %,.0f/s, where writers made up for time lost.",
                                plot.scale.top(),
                                plot.highest)
                        : "");
    }

    private void draw() {
        add(
                "<svg class=\"plot\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"Acknowledged records per second,"
                        + " faults, and partitions without acknowledgements, over time\">",
                WIDTH, rowsBottom + AXIS_HEIGHT);
        labels.all().forEach(this::band);
        rates();
        times();
        line();
        rows();
        labels.all().forEach(this::label);
        add("</svg>");
    }

    private void band(FaultLabels.Label label) {
        FaultOutcome fault = label.fault();
        add(
                "<g><title>%s: unavailable %d ms</title>",
                HtmlReport.escaped(fault.step().toString()), fault.unavailableMs());
        rectangle("healing", fault.healingAtMs(), fault.healedAtMs(), top, rowsBottom - top);
        rectangle("fault", fault.atMs(), fault.healingAtMs(), top, rowsBottom - top);
        add("</g>");
    }

    private void label(FaultLabels.Label label) {
        add(
                "<text class=\"label\" x=\"%.1f\" y=\"%d\">%s</text>",
                label.x(), MARGIN + TEXT_HEIGHT + label.row() * LABEL_HEIGHT, HtmlReport.escaped(label.text()));
    }

    private void rates() {
        for (int i = 0; i <= RATE_MARKS; i++) {
            int y = bottom - PLOT_HEIGHT * i / RATE_MARKS;
            add("<path class=\"grid\" d=\"M%d %dH%d\"/>", PlotScale.LEFT, y, PlotScale.RIGHT);
            String words =
                    String.format(Locale.ROOT, i == 0 ? "%,.0f" : "%,.0f/s", (double) scale.top() * i / RATE_MARKS);
            add("<text x=\"%d\" y=\"%d\" text-anchor=\"end\">%s</text>", PlotScale.LEFT - 6, y + 4, words);
        }
    }

    private void times() {
        for (long atMs : scale.marksMs()) {
            double x = scale.x(atMs);
            add("<path class=\"grid\" d=\"M%.1f %dv5\"/>", x, rowsBottom);
            add("<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%s</text>", x, rowsBottom + 19, scale.words(atMs));
        }
    }

    private void line() {
        add("<polyline class=\"acked\" points=\"");
        int points = points();
        for (int i = 0; i < points; i++) {
            long middleMs = ((2L * i + 1) * bucketsForAPoint * Timeline.BUCKET_MS) / 2;
            add("%.1f,%.1f", scale.x(middleMs), bottom - scale.share(rate(i)) * PLOT_HEIGHT);
        }
        add("\"/>");
    }

    /** Whole ones within the run. */
    private int points() {
        long within = Math.min(report.course().buckets().size(), report.course().lengthMs() / Timeline.BUCKET_MS);
        return (int) (within / bucketsForAPoint);
    }

    private double rate(int point) {
        List<Timeline.Bucket> buckets = report.course().buckets();
        long acknowledged = 0;
        for (int i = point * bucketsForAPoint; i < (point + 1) * bucketsForAPoint; i++) {
            acknowledged += buckets.get(i).acknowledged();
        }
        return acknowledged * 1000.0 / ((long) bucketsForAPoint * Timeline.BUCKET_MS);
    }

    private double highest() {
        double highest = 1;
        for (int i = 0; i < points(); i++) {
            highest = Math.max(highest, rate(i));
        }
        return highest;
    }

    private void rows() {
        int partitions = report.plan().partitions();
        add(
                "<path class=\"grid\" d=\"M%d %dH%dV%dH%dz\"/>",
                PlotScale.LEFT, rowsTop, PlotScale.RIGHT, rowsBottom, PlotScale.LEFT);
        add("<text x=\"%d\" y=\"%d\" text-anchor=\"end\">partition</text>", PlotScale.LEFT - 6, rowsTop + 9);
        if (partitions > 1) {
            add(
                    "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">0 to %d</text>",
                    PlotScale.LEFT - 6, rowsTop + 23, partitions - 1);
        }
        report.course().silences().forEach(this::silence);
    }

    private void silence(Timeline.Silence silence) {
        add(
                "<g><title>partition %d: %d ms without an acknowledgement</title>",
                silence.partition(), silence.toMs() - silence.fromMs());
        rectangle(
                "silent", silence.fromMs(), silence.toMs(), rowsTop + silence.partition() * rowHeight, rowHeight - 0.5);
        add("</g>");
    }

    private void rectangle(String kind, long fromMs, long toMs, double y, double height) {
        add(
                "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"/>",
                kind, scale.x(fromMs), y, Math.max(1, scale.x(toMs) - scale.x(fromMs)), height);
    }

    private void add(String format, Object... values) {
        svg.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
}
