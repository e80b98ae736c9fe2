package io.millrace.record;

import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** The gzip codec: one gzip member (RFC 1952), as every Kafka client writes it. */
final class Gzip implements Compression {
    static final short MAGIC = 0x1f8b;
    static final int TRAILER_BYTES = 8;

    private static final byte UNKNOWN_SYSTEM = (byte) 0xff;
    private static final int HEADER_BYTES = 10;
    private static final int MIN_ROOM_BYTES = 512;

    @Override
    public InputStream inflate(ByteBuffer compressed, long maxInflatedBytes) {
        return new GzipStream(compressed);
    }

    /** By zlib's own bound for the window and the memory that the JDK lets it have. */
    @Override
    public long maxCompressedBytes(int bytes) {
        return bytes + (bytes >> 12) + (bytes >> 14) + (bytes >> 25) + 7L + HEADER_BYTES + TRAILER_BYTES;
    }

    @Override
    public void compress(ByteBuffer source, GrowingBuffer target) {
        target.reserve(Math.toIntExact(maxCompressedBytes(source.remaining())))
                .putShort(MAGIC)
                .put((byte) Deflater.DEFLATED)
                .put(new byte[6])
                .put(UNKNOWN_SYSTEM);
        deflate(source, target);
        CRC32 crc = new CRC32();
        crc.update(source.duplicate());
        target.reserve(TRAILER_BYTES)
                .putInt(Integer.reverseBytes((int) crc.getValue()))
                .putInt(Integer.reverseBytes(source.remaining()));
    }

    private static void deflate(ByteBuffer source, GrowingBuffer target) {
        Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
        try {
            deflater.setInput(source.duplicate());
            deflater.finish();
            while (!deflater.finished()) {
                deflater.deflate(target.reserve(MIN_ROOM_BYTES));
            }
        } finally {
            deflater.end();
        }
    }
}
