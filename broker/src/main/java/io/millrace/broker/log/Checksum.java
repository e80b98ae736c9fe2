package io.millrace.broker.log;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/** CRC-32C, as in the batches. */
final class Checksum {
    private Checksum() {}

    /** Of {@code length} bytes from absolute index {@code from} on. */
    static int of(ByteBuffer bytes, int from, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.duplicate().limit(from + length).position(from));
        return (int) crc.getValue();
    }
}
