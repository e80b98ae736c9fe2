package io.millrace.bench.cluster;

/** A producer of either cluster. */
public interface RecordWriter extends AutoCloseable {
    /** Leaves the choice to the client. */
    int ANY_PARTITION = -1;

    /** What became of a record; called on the client's thread. */
    @FunctionalInterface
    interface Answer {
        void onDone(boolean isAcknowledged);
    }

    void send(int partition, byte[] value, Answer answer);

    /** Waits for what was sent. */
    @Override
    void close();
}
