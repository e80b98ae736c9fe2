package io.millrace.lab.history.check;

import java.util.Map;
import java.util.TreeMap;

/** A set of offsets, few spans of many. */
final class Spans {

    /** Start to end (exclusive), neither touching nor overlapping each other. */
    private final TreeMap<Long, Long> spans = new TreeMap<>();

    void add(long from, long to) {
        if (from >= to) {
            return;
        }
        long start = from;
        long end = to;
        for (Map.Entry<Long, Long> near = spans.floorEntry(end);
                near != null && near.getValue() >= start;
                near = spans.floorEntry(end)) {
            start = Math.min(start, near.getKey());
            end = Math.max(end, near.getValue());
            spans.remove(near.getKey());
        }
        spans.put(start, end);
    }

    boolean contains(long offset) {
        Map.Entry<Long, Long> near = spans.floorEntry(offset);
        return near != null && near.getValue() > offset;
    }

    /** The first offset from {@code from} on that is not in here. */
    long firstMissing(long from) {
        Map.Entry<Long, Long> near = spans.floorEntry(from);
        return near == null || near.getValue() <= from ? from : near.getValue();
    }

    /** The first offset from {@code from} on that is in here; the greatest number where there is none. */
    long firstPresent(long from) {
        Long near = spans.ceilingKey(from);
        return contains(from) ? from : near == null ? Long.MAX_VALUE : near;
    }

    void clear() {
        spans.clear();
    }
}
