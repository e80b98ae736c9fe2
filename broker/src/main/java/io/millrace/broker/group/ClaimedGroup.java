package io.millrace.broker.group;

import io.millrace.broker.group.GroupWrites.Waiting;
import io.millrace.coordinator.StoredGroup;
import java.util.ArrayDeque;

/** A group that this broker has claimed: what is stored of it, and what waits to be. Belongs to the groups' loop. */
final class ClaimedGroup {
    final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    private StoredGroup stored;
    private boolean isFenced;

    ClaimedGroup(StoredGroup stored) {
        this.stored = stored;
    }

    StoredGroup stored() {
        return stored;
    }

    void onStored(StoredGroup now) {
        stored = now;
    }

    /** Whether another broker has claimed it since, so that nothing of it can be written any more. */
    boolean isFenced() {
        return isFenced;
    }

    void fence() {
        isFenced = true;
    }
}
