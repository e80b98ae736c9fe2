package io.millrace.bench.cluster;

/** The one consumer of a group, which has all partitions of a topic and commits them all at once. One thread uses it. */
public interface GroupCommitter extends AutoCloseable {

    /** Commits {@code offset} in every partition; returns once it is acknowledged. */
    void commit(long offset);

    @Override
    void close();
}
