package io.millrace.broker.log;

import java.io.IOException;

/** A lock that keeps other processes away. */
public interface DiskLock extends AutoCloseable {

    /** Gives it back. */
    @Override
    void close() throws IOException;
}
