package io.millrace.lab.history.plant;

import io.millrace.lab.history.HistoryEvent;
import java.util.List;

/** Breaks a promise in a history. */
@FunctionalInterface
public interface Planter {

    /** The history with one thing changed; false where it has nothing in it that this could be done to. */
    boolean plant(List<HistoryEvent> events);
}
