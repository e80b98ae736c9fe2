package io.millrace.lab.history;

/** Takes the events of a run, in their order. */
@FunctionalInterface
public interface HistorySink {

    /** For runs that nobody keeps. */
    HistorySink NONE = event -> {};

    void add(HistoryEvent event);
}
