package io.millrace.broker.rpc;

import io.millrace.broker.core.ClusterImage;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The streams of clients that are open: told of time, of news, and that the broker stops. From any thread. */
final class OpenStreams {

    private final Set<Stream> open = ConcurrentHashMap.newKeySet();
    private volatile boolean isDraining;

    /** One of them. Any thread calls, and more than one at a time. */
    interface Stream {
        /** About once a second. */
        void onTick(long nowNs);

        /** The cluster has changed. */
        void onImage(ClusterImage image);

        /** The broker stops: end well, and soon. */
        void drain();
    }

    void add(Stream stream) {
        open.add(stream);
        if (isDraining) {
            stream.drain();
        }
    }

    void remove(Stream stream) {
        open.remove(stream);
    }

    void onTick(long nowNs) {
        open.forEach(stream -> stream.onTick(nowNs));
    }

    void onImage(ClusterImage image) {
        open.forEach(stream -> stream.onImage(image));
    }

    void drain() {
        isDraining = true;
        open.forEach(Stream::drain);
    }
}
