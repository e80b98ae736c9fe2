package io.millrace.broker.rpc;

import io.millrace.broker.replication.PartitionServer.Waiting;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Fetches that wait for records: a broker that stops answers them rather than to wait with them. From any thread. */
final class OpenWaits {

    private final Set<Waiting> open = ConcurrentHashMap.newKeySet();
    private volatile boolean isDraining;

    void add(Waiting waiting) {
        open.add(waiting);
        if (isDraining) {
            waiting.giveUp();
        }
    }

    void remove(Waiting waiting) {
        open.remove(waiting);
    }

    /** Ends those that wait and those that come. */
    void giveUp() {
        isDraining = true;
        open.forEach(Waiting::giveUp);
    }
}
