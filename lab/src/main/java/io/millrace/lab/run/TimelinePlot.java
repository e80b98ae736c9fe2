package io.millrace.lab.run;

import java.util.List;
import java.util.Locale;

/** The course of a run as an SVG picture: faults as bands, throughput as a line, unavailable partitions as red rows. */
final class TimelinePlot {
    private static final int WIDTH = 1000;
    private static final int LEFT = 50;
    private static final int RIGHT = 990;
    private static final int TOP = 80;
    private static final int BOTTOM = 280;
    private static final int ROWS_TOP = 300;
    private static final int ROW_HEIGHT = 7;
    private static final int LABEL_ROWS = 5;
    private static final int LABEL_HEIGHT = 13;
    private static final int TICKS = 10;

    private final RunReport report;
    private final long lengthMs;
    private final double maxPerS;
    private final StringBuilder svg = new StringBuilder();

    private TimelinePlot(RunReport report) {
        this.report = report;
        this.lengthMs = Math.max(report.lengthMs(), 1);
        this.maxPerS = Math.max(
                1,
                report.buckets().stream()
                        .mapToDouble(bucket -> perS(bucket.acknowledged()))
                        .max()
                        .orElse(1));
    }

    static String of(RunReport report) {
        TimelinePlot plot = new TimelinePlot(report);
        plot.draw();
        return plot.svg.toString();
    }

    private void draw() {
        int rowsBottom = ROWS_TOP + report.plan().partitions() * ROW_HEIGHT;
        add("<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"timeline\">", WIDTH, rowsBottom + 40);
        List<FaultOutcome> faults = report.faults();
        for (int i = 0; i < faults.size(); i++) {
            band(faults.get(i), i % LABEL_ROWS, rowsBottom);
        }
        axes(rowsBottom);
        line();
        report.silences().forEach(this::silence);
        add("</svg>");
    }

    private void band(FaultOutcome fault, int labelRow, int rowsBottom) {
        add(
                "<g><title>%s: unavailable %d ms</title>",
                HtmlReport.escaped(fault.step().toString()), fault.unavailableMs());
        rectangle(fault.atMs(), fault.healingAtMs(), TOP, rowsBottom, "#f4c27a");
        rectangle(fault.healingAtMs(), fault.healedAtMs(), TOP, rowsBottom, "#fbe9cf");
        add(
                "<text x=\"%.1f\" y=\"%d\">%s %d</text></g>",
                x(fault.atMs()),
                16 + labelRow * LABEL_HEIGHT,
                fault.step().kind().spelling(),
                fault.step().victim());
    }

    private void axes(int rowsBottom) {
        add("<text x=\"4\" y=\"%d\">%.0f/s</text>", TOP + 10, maxPerS);
        add("<text x=\"4\" y=\"%d\">0</text>", BOTTOM);
        add("<path d=\"M%d %dH%d\" stroke=\"#9aa3b2\"/>", LEFT, BOTTOM, RIGHT);
        for (int i = 0; i <= TICKS; i++) {
            long atMs = lengthMs * i / TICKS;
            add("<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%.1f s</text>", x(atMs), rowsBottom + 20, atMs / 1e3);
        }
    }

    private void line() {
        add("<polyline fill=\"none\" stroke=\"#1d4ed8\" stroke-width=\"1.3\" points=\"");
        List<Timeline.Bucket> buckets = report.buckets();
        for (int i = 0; i < buckets.size() && (long) i * Timeline.BUCKET_MS < lengthMs; i++) {
            double height = perS(buckets.get(i).acknowledged()) / maxPerS * (BOTTOM - TOP);
            add("%.1f,%.1f ", x((long) i * Timeline.BUCKET_MS), BOTTOM - height);
        }
        add("\"/>");
    }

    private void silence(Timeline.Silence silence) {
        int top = ROWS_TOP + silence.partition() * ROW_HEIGHT;
        rectangle(silence.fromMs(), silence.toMs(), top, top + ROW_HEIGHT - 1, "#dc2626");
    }

    private void rectangle(long fromMs, long toMs, int top, int bottom, String colour) {
        add(
                "<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>",
                x(fromMs), top, Math.max(1, x(toMs) - x(fromMs)), bottom - top, colour);
    }

    private double x(long atMs) {
        return LEFT + (double) (RIGHT - LEFT) * Math.min(atMs, lengthMs) / lengthMs;
    }

    private static double perS(long inBucket) {
        return inBucket * 1000.0 / Timeline.BUCKET_MS;
    }

    private void add(String format, Object... values) {
        svg.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
}
