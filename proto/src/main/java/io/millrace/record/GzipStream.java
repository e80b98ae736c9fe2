package io.millrace.record;

import java.io.IOException;
import java.io.InputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * Inflates one gzip member and stops behind it. Not the JDK's GZIPInputStream: that one takes for the end whatever
 * follows a member and is not another, so that garbage would pass.
 */
final class GzipStream extends InputStream {
    private static final int HEADER_CRC = 0x02;
    private static final int EXTRA = 0x04;
    private static final int NAME = 0x08;
    private static final int COMMENT = 0x10;
    private static final int RESERVED = 0xe0;
    private static final int TIME_AND_SYSTEM_BYTES = 6;

    private final ByteBuffer compressed;
    private final Inflater inflater = new Inflater(true);
    private final CRC32 crc = new CRC32();
    private boolean started;
    private boolean ended;

    GzipStream(ByteBuffer compressed) {
        this.compressed = compressed;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public int read(byte[] target, int start, int length) throws IOException {
        if (ended) {
            return -1;
        }
        try {
            return inflate(target, start, length);
        } catch (DataFormatException e) {
            throw new IOException("no deflated bytes", e);
        } catch (BufferUnderflowException e) {
            throw new IOException("a gzip member that breaks off", e);
        }
    }

    @Override
    public void close() {
        inflater.end();
    }

    private int inflate(byte[] target, int start, int length) throws IOException, DataFormatException {
        if (!started) {
            skipHeader();
            inflater.setInput(compressed);
            started = true;
        }
        int count = inflater.inflate(target, start, length);
        if (count > 0) {
            crc.update(target, start, count);
            return count;
        }
        if (!inflater.finished()) {
            throw new IOException("deflated bytes that break off");
        }
        checkTrailer();
        ended = true;
        return -1;
    }

    private void skipHeader() throws IOException {
        ByteBuffer header = compressed.duplicate();
        require(compressed.getShort() == Gzip.MAGIC, "no gzip magic");
        require(compressed.get() == Deflater.DEFLATED, "an unknown gzip method");
        int flags = compressed.get();
        require((flags & RESERVED) == 0, "unknown gzip flags");
        skip(TIME_AND_SYSTEM_BYTES);
        if ((flags & EXTRA) != 0) {
            skip(Short.toUnsignedInt(Short.reverseBytes(compressed.getShort())));
        }
        if ((flags & NAME) != 0) {
            skipText();
        }
        if ((flags & COMMENT) != 0) {
            skipText();
        }
        if ((flags & HEADER_CRC) != 0) {
            checkHeader(header.limit(compressed.position()));
        }
    }

    private void checkHeader(ByteBuffer header) throws IOException {
        crc.update(header);
        require(
                compressed.getShort() == Short.reverseBytes((short) crc.getValue()),
                "a gzip header against its checksum");
        crc.reset();
    }

    private void checkTrailer() throws IOException {
        ByteBuffer trailer = compressed.slice().order(ByteOrder.LITTLE_ENDIAN);
        skip(Gzip.TRAILER_BYTES);
        require(trailer.getInt() == (int) crc.getValue(), "inflated bytes against their checksum");
        require(trailer.getInt() == (int) inflater.getBytesWritten(), "inflated bytes against their length");
    }

    private void skip(int bytes) {
        if (compressed.remaining() < bytes) {
            throw new BufferUnderflowException();
        }
        compressed.position(compressed.position() + bytes);
    }

    private void skipText() {
        while (compressed.get() != 0) {
            // Up to the zero byte that ends it.
        }
    }

    private static void require(boolean holds, String what) throws IOException {
        if (!holds) {
            throw new IOException(what);
        }
    }
}
