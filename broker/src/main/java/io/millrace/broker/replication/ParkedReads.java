package io.millrace.broker.replication;

import io.millrace.broker.core.Refusal;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Reads that wait for the high watermark to move. Loop only. */
final class ParkedReads {

    /** Something that waits. */
    interface Parked {
        /** The high watermark has moved: look again. */
        void onAdvanced();

        void refuse(Refusal refusal);
    }

    private final Set<Parked> parked = new LinkedHashSet<>();

    void park(Parked read) {
        parked.add(read);
    }

    void remove(Parked read) {
        parked.remove(read);
    }

    /** Wakes all; those that must wait on park themselves again. */
    void onAdvanced() {
        for (Parked read : drain()) {
            read.onAdvanced();
        }
    }

    void refuseAll(Refusal refusal) {
        for (Parked read : drain()) {
            read.refuse(refusal);
        }
    }

    private List<Parked> drain() {
        List<Parked> waiting = new ArrayList<>(parked);
        parked.clear();
        return waiting;
    }
}
