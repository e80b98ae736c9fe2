package io.millrace.broker.core.partition;

/** What the machines need to know of a log's leader epochs, which are derived from its batches. */
public interface EpochLookup {

    /** Epoch of the last batch, -1 in an empty log. */
    int lastEpoch();

    /**
     * The largest epoch in the log that is not above {@code epoch}, with its end. Where the log begins with a later one:
     * {@code epoch} itself, ending where the log's first epoch starts (R7); in an empty log, ending at the log's end.
     */
    EpochEnd endOf(int epoch);
}
