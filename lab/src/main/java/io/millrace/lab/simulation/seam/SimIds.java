package io.millrace.lab.simulation.seam;

import io.millrace.broker.runtime.Ids;

/** Ids that never repeat in a run and are the same in the next one: a counter. */
public final class SimIds implements Ids {

    private int given;

    @Override
    public String topicId() {
        return "id" + String.format("%020d", given++);
    }
}
