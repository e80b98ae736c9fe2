package io.millrace.bench.cluster;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.function.Consumer;

/** A consumer of either cluster. */
public interface RecordReader extends AutoCloseable {
    void poll(Duration patience, Consumer<ByteBuffer> onValue);

    @Override
    void close();
}
