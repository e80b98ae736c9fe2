package io.millrace.lab.history.check;

import java.util.List;

/**
 * One thing that must not be.
 *
 * @param places of the events that show it, see {@link io.millrace.lab.history.Places}
 * @param sentence for people
 */
public record Finding(Anomaly anomaly, List<Long> places, String sentence) {
    public Finding {
        places = List.copyOf(places);
    }
}
