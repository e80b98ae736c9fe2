package io.millrace.broker.replication;

/**
 * One direction of a stream between two brokers, towards the other one. Messages arrive in order or the stream ends.
 * Callable from any thread.
 *
 * @param <M> what is sent
 */
public interface PeerStream<M> {

    /** Sends, or drops where the stream has ended. */
    void send(M message);

    /** False while so much is queued that a sender of bulk should wait for {@code onReady}. */
    boolean isReady();

    /** Ends the stream both ways; the other side is told {@code why}. */
    void close(String why);
}
