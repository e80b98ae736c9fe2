package io.millrace.broker.log;

import java.io.IOException;
import java.nio.ByteBuffer;

/** An open file. Positions are explicit, so that a write that failed half-way leaves nothing for the next to follow. */
public interface DiskFile extends AutoCloseable {

    /**
     * Fills {@code dst} from {@code position} on, as far as the file reaches. Any thread.
     *
     * @return bytes read; fewer than {@code dst} had room for only at the end of the file, 0 beyond it
     */
    int read(ByteBuffer dst, long position) throws IOException;

    /** Writes all of {@code src}. After an exception any part of it may have been written. One thread at a time. */
    void write(ByteBuffer src, long position) throws IOException;

    /** Cuts the file to {@code sizeBytes}; nothing happens to a shorter one. */
    void truncate(long sizeBytes) throws IOException;

    /** On return, everything written and truncated before the call survives a power cut. Any thread. */
    void sync() throws IOException;

    long sizeBytes() throws IOException;

    @Override
    void close() throws IOException;
}
