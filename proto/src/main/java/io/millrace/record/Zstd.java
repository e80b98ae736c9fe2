package io.millrace.record;

import com.github.luben.zstd.RecyclingBufferPool;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/** The zstd codec: one zstd frame, or several in a row. */
final class Zstd implements Compression {
    /**
     * The largest window that a stream may ask for, as a power of two: 8 MiB, what the format asks every reader to
     * support. The decoder allocates the window that the stream claims, and its own default would be 128 MiB.
     */
    private static final int MAX_WINDOW_LOG = 23;

    private static final int LEVEL = 3;

    @Override
    public InputStream inflate(ByteBuffer compressed, long maxInflatedBytes) {
        try {
            return new ZstdInputStreamNoFinalizer(new BufferInputStream(compressed), RecyclingBufferPool.INSTANCE)
                    .setLongMax(MAX_WINDOW_LOG);
        } catch (IOException e) {
            // Opening reads nothing of the data.
            throw new IllegalStateException("zstd refuses to start", e);
        }
    }

    @Override
    public long maxCompressedBytes(int bytes) {
        return com.github.luben.zstd.Zstd.compressBound(bytes);
    }

    @Override
    public void compress(ByteBuffer source, GrowingBuffer target) {
        ByteBuffer room = target.reserve(Math.toIntExact(maxCompressedBytes(source.remaining())));
        try (ZstdCompressCtx context = new ZstdCompressCtx()) {
            context.setLevel(LEVEL);
            int count = context.compressByteArray(
                    room.array(),
                    room.arrayOffset() + room.position(),
                    room.remaining(),
                    source.array(),
                    source.arrayOffset() + source.position(),
                    source.remaining());
            room.position(room.position() + count);
        }
    }
}
