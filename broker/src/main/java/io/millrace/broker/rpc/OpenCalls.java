package io.millrace.broker.rpc;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Calls of clients that stay open, streams and fetches that wait: told what concerns them. From any thread. */
final class OpenCalls {

    private final Set<Call> open = ConcurrentHashMap.newKeySet();
    private volatile boolean isDraining;

    /** One of them. Any thread calls, and more than one at a time. */
    interface Call {
        /** About once a second. */
        default void onTick(long nowNs) {}

        /** There is a newer image of the cluster. */
        default void onImage() {}

        /** The broker stops: end well, and soon. */
        void drain();
    }

    void add(Call call) {
        open.add(call);
        if (isDraining) {
            call.drain();
        }
    }

    void remove(Call call) {
        open.remove(call);
    }

    void onTick(long nowNs) {
        open.forEach(call -> call.onTick(nowNs));
    }

    void onImage() {
        open.forEach(Call::onImage);
    }

    /** Ends those that are open and those that come. */
    void drain() {
        isDraining = true;
        open.forEach(Call::drain);
    }
}
