package io.millrace.bench.load;

import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What one run has shown.
 *
 * @param notes what helps to judge the figures
 */
public record Measured(Map<Metric, Double> figures, Map<String, Object> notes) {
    public Measured {
        figures = Collections.unmodifiableMap(new EnumMap<>(figures));
        notes = Collections.unmodifiableMap(new LinkedHashMap<>(notes));
    }
}
