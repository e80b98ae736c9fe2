package io.millrace.record;

import java.nio.ByteBuffer;

/** The encoded records of one batch as one run of bytes, whatever its codec. */
sealed interface RecordBytes extends AutoCloseable permits PlainBytes, InflatedBytes {

    /**
     * The bytes not read yet, from position to limit: at least as many as asked for, or all that are left. The caller
     * moves the position over what it has read; the buffer is void after the next call, slices of it are not.
     */
    ByteBuffer peek(int bytes);

    @Override
    void close();

    static RecordBytes of(RecordBatch batch, long maxInflatedBytes) {
        ByteBuffer encoded = batch.buffer().asReadOnlyBuffer().position(BatchLayout.HEADER_BYTES);
        Codec codec = batch.codec();
        return codec == Codec.NONE
                ? new PlainBytes(encoded)
                : new InflatedBytes(Compression.of(codec), encoded, maxInflatedBytes);
    }
}
