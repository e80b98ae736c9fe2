package io.millrace.lab.history.check;

import io.millrace.lab.history.Places;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/** Collects what is found. Of each kind the first ones are kept, and all are counted. */
final class Findings {

    private static final int KEPT_OF_EACH = 20;

    private final Map<Anomaly, Long> counts = new EnumMap<>(Anomaly.class);
    private final List<Finding> kept = new ArrayList<>();

    /** @param places those that are {@link Places#NONE} are left out */
    void add(Anomaly anomaly, String sentence, long... places) {
        if (counts.merge(anomaly, 1L, Long::sum) <= KEPT_OF_EACH) {
            List<Long> known = LongStream.of(places)
                    .filter(place -> place != Places.NONE)
                    .sorted()
                    .distinct()
                    .boxed()
                    .toList();
            kept.add(new Finding(anomaly, known, sentence));
        }
    }

    Map<Anomaly, Long> counts() {
        return counts;
    }

    List<Finding> kept() {
        return kept;
    }
}
