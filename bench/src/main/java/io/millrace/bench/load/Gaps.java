package io.millrace.bench.load;

import java.util.ArrayList;
import java.util.List;

/** When the records of one partition were acknowledged. Safe for threads. */
final class Gaps {
    private final List<Long> acknowledgedNs = new ArrayList<>();
    private long lastSentAcknowledgedNs = Long.MIN_VALUE;

    /** @param sentNs when the record that is acknowledged now was handed over */
    synchronized void onAcknowledged(long sentNs, long nowNs) {
        acknowledgedNs.add(nowNs);
        lastSentAcknowledgedNs = Math.max(lastSentAcknowledgedNs, sentNs);
    }

    /** Whether a record that was handed over after this moment is acknowledged. */
    synchronized boolean hasGoneOnSince(long ns) {
        return lastSentAcknowledgedNs > ns;
    }

    /**
     * The longest time without an acknowledgement that ends after this moment, in nanoseconds; 0 where none came after it.
     * What a victim had answered before it died may still arrive, and ends nothing.
     */
    synchronized long longestAfter(long ns) {
        long longest = 0;
        for (int i = 1; i < acknowledgedNs.size(); i++) {
            if (acknowledgedNs.get(i) > ns) {
                longest = Math.max(longest, acknowledgedNs.get(i) - acknowledgedNs.get(i - 1));
            }
        }
        return longest;
    }
}
