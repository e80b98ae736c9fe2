package io.millrace.record;

import java.io.InputStream;
import java.nio.ByteBuffer;

/** What one codec makes of the records of a batch. Has no state and may be used by many threads. */
sealed interface Compression permits Gzip, Snappy, Lz4, Zstd {

    /** @throws IllegalArgumentException for {@link Codec#NONE}, which makes nothing of them */
    static Compression of(Codec codec) {
        // Each is built where it is asked for: a class that is not touched loads no library.
        return switch (codec) {
            case NONE -> throw new IllegalArgumentException("records without a codec are not compressed");
            case GZIP -> new Gzip();
            case SNAPPY -> new Snappy();
            case LZ4 -> new Lz4();
            case ZSTD -> new Zstd();
        };
    }

    /**
     * Inflates as it is read, at least one byte at each call. It moves the position of the compressed bytes over what
     * it has used, and may end before their limit. Errors of the data are IOExceptions, or CorruptBatchExceptions where
     * they are of a kind other than MALFORMED.
     *
     * @param maxInflatedBytes what the reader will accept at most; who has to allocate a whole block at a time refuses
     *     one that goes beyond, the others may leave it to the reader
     */
    InputStream inflate(ByteBuffer compressed, long maxInflatedBytes);

    /** What compressing so many bytes can yield at most. */
    long maxCompressedBytes(int bytes);

    /** Appends the compressed bytes of a heap buffer, from position to limit; moves no position of it. */
    void compress(ByteBuffer source, GrowingBuffer target);
}
