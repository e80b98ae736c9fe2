package io.millrace.bench.load;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * What one run has shown.
 *
 * @param notes what helps to judge the figures
 */
public record Measured(Map<Metric, Double> figures, Map<String, Object> notes) {
    public Measured {
        // A TreeMap: an EnumMap does not copy a map that is empty. The order is that of the metrics.
        figures = Collections.unmodifiableMap(new TreeMap<>(figures));
        notes = Collections.unmodifiableMap(new LinkedHashMap<>(notes));
    }
}
