package io.millrace.cli.group;

import com.google.protobuf.Duration;
import java.util.Locale;

/** Spans of time for people: 0.4 s, 3 min 5 s, 2 h 10 min. */
final class Spans {
    private static final int MINUTE = 60;
    private static final int HOUR = 60 * MINUTE;
    private static final int DAY = 24 * HOUR;

    private Spans() {}

    static String text(Duration span) {
        long seconds = span.getSeconds();
        if (seconds < MINUTE) {
            return String.format(Locale.ROOT, "%.1f s", toMs(span) / 1_000.0);
        }
        if (seconds < HOUR) {
            return seconds / MINUTE + " min " + seconds % MINUTE + " s";
        }
        return seconds < DAY
                ? seconds / HOUR + " h " + seconds % HOUR / MINUTE + " min"
                : seconds / DAY + " d " + seconds % DAY / HOUR + " h";
    }

    static long toMs(Duration span) {
        return span.getSeconds() * 1_000 + span.getNanos() / 1_000_000;
    }
}
