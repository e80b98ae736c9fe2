package io.millrace.record;

import com.github.luben.zstd.RecyclingBufferPool;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/** The zstd codec over byte ranges. */
final class Zstd {
    /**
     * The largest window that a stream may ask for, as a power of two: 8 MiB, what the format asks every reader to
     * support. The decoder allocates the window that the stream claims, and its own default would be 128 MiB.
     */
    private static final int MAX_WINDOW_LOG = 23;

    private static final int LEVEL = 3;

    private Zstd() {}

    /** Inflates as it is read; errors of the data are IOExceptions. */
    static InputStream inflate(ByteBuffer compressed) {
        try {
            return new ZstdInputStreamNoFinalizer(new BufferInputStream(compressed), RecyclingBufferPool.INSTANCE)
                    .setLongMax(MAX_WINDOW_LOG);
        } catch (IOException e) {
            // Opening reads nothing of the data.
            throw new IllegalStateException("zstd refuses to start", e);
        }
    }

    /** What compressing so many bytes can yield at most. */
    static long maxCompressedBytes(int bytes) {
        return com.github.luben.zstd.Zstd.compressBound(bytes);
    }

    /**
     * Compresses bytes into the target from an index on.
     *
     * @return how many bytes came out; the target has to have room for {@link #maxCompressedBytes}
     */
    static int compress(ByteBuffer source, byte[] target, int targetIndex) {
        try (ZstdCompressCtx context = new ZstdCompressCtx()) {
            context.setLevel(LEVEL);
            return context.compressByteArray(
                    target,
                    targetIndex,
                    target.length - targetIndex,
                    source.array(),
                    source.arrayOffset() + source.position(),
                    source.remaining());
        }
    }
}
