package io.millrace.broker.log;

import io.millrace.broker.core.partition.ProducedBatch;
import io.millrace.broker.core.partition.ProducerStates;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a log's producers have appended below some offset, beside the segments: {@code <endOffset, 20 digits>.producers}.
 * It only saves reading batches, so any doubt about it is an empty result.
 *
 * <table>
 * <caption>Big-endian</caption>
 * <tr><th>offset</th><th>size</th><th>field</th></tr>
 * <tr><td>0</td><td>4</td><td>magic, "MPRO"</td></tr>
 * <tr><td>4</td><td>4</td><td>format version, 1</td></tr>
 * <tr><td>8</td><td>8</td><td>end offset, exclusive; that of the file's name</td></tr>
 * <tr><td>16</td><td>4</td><td>number of batches</td></tr>
 * <tr><td>20 + 26 n</td><td>8</td><td>producer id of batch n, in the order of the log</td></tr>
 * <tr><td>28 + 26 n</td><td>2</td><td>its producer epoch</td></tr>
 * <tr><td>30 + 26 n</td><td>4</td><td>its base sequence</td></tr>
 * <tr><td>34 + 26 n</td><td>4</td><td>its number of records</td></tr>
 * <tr><td>38 + 26 n</td><td>8</td><td>its base offset</td></tr>
 * <tr><td>the last</td><td>4</td><td>CRC-32C of all bytes before</td></tr>
 * </table>
 */
final class ProducerFile {
    static final String SUFFIX = ".producers";

    private static final int MAGIC = 0x4D50524F;
    private static final int VERSION = 1;
    private static final int HEADER_BYTES = 20;
    private static final int ENTRY_BYTES = 26;
    private static final int CRC_BYTES = 4;

    private ProducerFile() {}

    static ByteBuffer encode(long endOffset, List<ProducedBatch> batches) {
        ByteBuffer bytes = ByteBuffer.allocate(HEADER_BYTES + ENTRY_BYTES * batches.size() + CRC_BYTES);
        bytes.putInt(MAGIC).putInt(VERSION).putLong(endOffset).putInt(batches.size());
        for (ProducedBatch batch : batches) {
            bytes.putLong(batch.producerId()).putShort(batch.producerEpoch());
            bytes.putInt(batch.baseSequence()).putInt(batch.recordCount()).putLong(batch.baseOffset());
        }
        return bytes.putInt(Checksum.of(bytes, 0, bytes.position())).flip();
    }

    /** The state at {@code endOffset}. */
    static Optional<ProducerStates> decode(long endOffset, ByteBuffer bytes) {
        return isIntact(endOffset, bytes) ? Optional.of(states(batches(bytes))) : Optional.empty();
    }

    private static boolean isIntact(long endOffset, ByteBuffer bytes) {
        int crcAt = bytes.limit() - CRC_BYTES;
        return crcAt >= HEADER_BYTES
                && bytes.getInt(crcAt) == Checksum.of(bytes, 0, crcAt)
                && bytes.getInt(0) == MAGIC
                && bytes.getInt(4) == VERSION
                && bytes.getLong(8) == endOffset
                && crcAt == HEADER_BYTES + (long) ENTRY_BYTES * bytes.getInt(16);
    }

    private static List<ProducedBatch> batches(ByteBuffer bytes) {
        List<ProducedBatch> batches = new ArrayList<>();
        for (int at = HEADER_BYTES; at + ENTRY_BYTES <= bytes.limit(); at += ENTRY_BYTES) {
            batches.add(new ProducedBatch(
                    bytes.getLong(at),
                    bytes.getShort(at + 8),
                    bytes.getInt(at + 10),
                    bytes.getInt(at + 14),
                    bytes.getLong(at + 18)));
        }
        return batches;
    }

    private static ProducerStates states(List<ProducedBatch> batches) {
        ProducerStates states = new ProducerStates();
        batches.forEach(states::onAppended);
        return states;
    }
}
