package io.millrace.lab.roundtrip;

import java.io.IOException;

/** Something to do once, about when half of the lines are sent. */
public interface Midway {
    /** Nothing. */
    Midway NOTHING = progress -> true;

    /** Where the sending is. */
    interface Progress {
        /** The partition with the most lines; one of its records was just handed over. */
        int busiestPartition();

        long acknowledged();

        /** How many records were handed over and have no answer, in one partition. */
        long inFlight(int partition);

        /** Starts the clocks of all partitions. */
        void mark();
    }

    /** On the sender's thread; returns whether it is done, else it is asked again at the next record. */
    boolean isDone(Progress progress) throws IOException, InterruptedException;
}
