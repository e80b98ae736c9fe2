package io.millrace.lab.traffic;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Takes what comes back, partition by partition in offset order. */
@FunctionalInterface
public interface RecordSink {

    /** One record at its offset; the buffers are valid during the call only and may be consumed by it. */
    void accept(int partition, long offset, @Nullable ByteBuffer key, @Nullable ByteBuffer value) throws IOException;
}
