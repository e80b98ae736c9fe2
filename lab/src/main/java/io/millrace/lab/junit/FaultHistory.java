package io.millrace.lab.junit;

import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;

/** What was done to a cluster and when, for whoever reads why a test failed. Safe for threads. */
final class FaultHistory {
    private final long startNs = System.nanoTime();
    private final List<String> lines = new CopyOnWriteArrayList<>();

    void add(String what) {
        lines.add(String.format(Locale.ROOT, "%9.3f s  %s", (System.nanoTime() - startNs) / 1e9, what));
    }

    List<String> lines() {
        return List.copyOf(lines);
    }
}
