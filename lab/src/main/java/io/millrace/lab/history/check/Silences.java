package io.millrace.lab.history.check;

import io.millrace.lab.history.Partition;
import io.millrace.lab.history.Stamp;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * For how long each partition acknowledged nothing though somebody waited: from the last acknowledgement, or from when
 * somebody began to wait, until the next one.
 */
final class Silences {

    private static final long TOLD_FROM_NS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final int KEPT_OF_EACH = 1_000;

    private final TreeMap<Partition, Clock> clocks = new TreeMap<>();

    /** Of one partition. */
    private static final class Clock {
        private final List<Silence> silences = new ArrayList<>();
        private long waiting;
        private long sinceNs;
        private long longestNs;
        private long acknowledged;
    }

    private Clock of(Partition partition) {
        return clocks.computeIfAbsent(partition, first -> new Clock());
    }

    void onAsked(Partition partition, long nowNs) {
        Clock clock = of(partition);
        if (clock.waiting++ == 0) {
            clock.sinceNs = nowNs;
        }
    }

    void onFailed(Partition partition) {
        of(partition).waiting--;
    }

    void onAcknowledged(Partition partition, Stamp at) {
        Clock clock = of(partition);
        clock.waiting--;
        clock.acknowledged++;
        long silentNs = at.monoNs() - clock.sinceNs;
        clock.longestNs = Math.max(clock.longestNs, silentNs);
        if (silentNs >= TOLD_FROM_NS && clock.silences.size() < KEPT_OF_EACH) {
            clock.silences.add(
                    new Silence(at.wallMs() - TimeUnit.NANOSECONDS.toMillis(silentNs), clock.sinceNs, silentNs));
        }
        clock.sinceNs = at.monoNs();
    }

    List<Availability> report() {
        List<Availability> report = new ArrayList<>();
        clocks.forEach((partition, clock) ->
                report.add(new Availability(partition, clock.acknowledged, clock.longestNs, clock.silences)));
        return report;
    }
}
