package io.millrace.broker.liveness;

import io.millrace.broker.core.BrokerIncarnation;

/** The seam through which a broker's beats reach the others. */
public interface Beats {

    /**
     * Opens a stream to {@code to}, on a connection that carries nothing else. Returns at once.
     *
     * @param endpoint inter-broker {@code host:port}
     * @param onEnded called once at most, on any thread, when the stream is over or could not be made; not after
     *     {@link Stream#close}
     */
    Stream open(BrokerIncarnation to, String endpoint, Runnable onEnded);

    /** One stream, used from one thread. */
    interface Stream {

        /** Sends, or drops it where what was sent before has not left yet: the next beat says it all again. */
        void send(Beat beat);

        void close();
    }
}
