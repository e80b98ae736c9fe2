package io.millrace.record;

import java.nio.ByteBuffer;

/**
 * The bytes of a record batch (RecordBatch v2, magic 2). All numbers are big-endian.
 *
 * <table>
 * <caption>Batch header, followed by the records</caption>
 * <tr><th>offset</th><th>size</th><th>field</th><th>under the CRC</th></tr>
 * <tr><td>0</td><td>8</td><td>baseOffset; 0 from a producer, stamped by the leader</td><td>no</td></tr>
 * <tr><td>8</td><td>4</td><td>batchLength: bytes after this field</td><td>no</td></tr>
 * <tr><td>12</td><td>4</td><td>partitionLeaderEpoch; -1 from a producer, stamped by the leader</td><td>no</td></tr>
 * <tr><td>16</td><td>1</td><td>magic: 2</td><td>no</td></tr>
 * <tr><td>17</td><td>4</td><td>crc: CRC-32C of the bytes from 21 to the end</td><td>-</td></tr>
 * <tr><td>21</td><td>2</td><td>attributes</td><td>yes</td></tr>
 * <tr><td>23</td><td>4</td><td>lastOffsetDelta</td><td>yes</td></tr>
 * <tr><td>27</td><td>8</td><td>baseTimestamp, ms since the epoch</td><td>yes</td></tr>
 * <tr><td>35</td><td>8</td><td>maxTimestamp, ms since the epoch</td><td>yes</td></tr>
 * <tr><td>43</td><td>8</td><td>producerId; -1 for none</td><td>yes</td></tr>
 * <tr><td>51</td><td>2</td><td>producerEpoch; -1 for none</td><td>yes</td></tr>
 * <tr><td>53</td><td>4</td><td>baseSequence; -1 for none</td><td>yes</td></tr>
 * <tr><td>57</td><td>4</td><td>recordCount</td><td>yes</td></tr>
 * <tr><td>61</td><td></td><td>the records; with a codec, one compressed stream of all of them</td><td>yes</td></tr>
 * </table>
 *
 * <p>Attributes: bits 0-2 codec, 3 log append time, 4 transactional, 5 control, 6 delete horizon; the rest is unused.
 *
 * <p>A record, where every varint is zigzag: {@code length varint | attributes 1 byte, 0 | timestampDelta varlong |
 * offsetDelta varint | keyLength varint, -1 for null | key | valueLength varint, -1 for null | value | headerCount
 * varint}, then per header {@code keyLength varint | key in UTF-8 | valueLength varint, -1 for null | value}. The length
 * does not count itself.
 */
public final class BatchLayout {
    public static final int BASE_OFFSET_AT = 0;
    public static final int LENGTH_AT = 8;
    public static final int PARTITION_LEADER_EPOCH_AT = 12;
    public static final int MAGIC_AT = 16;
    public static final int CRC_AT = 17;
    public static final int ATTRIBUTES_AT = 21;
    public static final int LAST_OFFSET_DELTA_AT = 23;
    public static final int BASE_TIMESTAMP_AT = 27;
    public static final int MAX_TIMESTAMP_AT = 35;
    public static final int PRODUCER_ID_AT = 43;
    public static final int PRODUCER_EPOCH_AT = 51;
    public static final int BASE_SEQUENCE_AT = 53;
    public static final int RECORD_COUNT_AT = 57;

    /** Size of the header; where the records begin. */
    public static final int HEADER_BYTES = 61;

    /** The bytes up to and with batchLength: what a batch is larger than its batchLength. */
    public static final int LENGTH_OVERHEAD = 12;

    /** The only version of the layout that is written or read. */
    public static final byte MAGIC = 2;

    public static final int CODEC_MASK = 0x07;
    public static final int LOG_APPEND_TIME_BIT = 0x08;
    public static final int TRANSACTIONAL_BIT = 0x10;
    public static final int CONTROL_BIT = 0x20;

    /** A record beyond this is refused by every reader, whatever its limits: a Java array has to hold it. */
    static final int MAX_RECORD_BYTES = 1 << 30;

    private BatchLayout() {}

    /**
     * Size of the whole batch that begins at an absolute index of the buffer, by its own batchLength; it may be more
     * than the buffer holds. The bytes up to and with batchLength have to be there.
     *
     * @throws CorruptBatchException if the length is too small for a header
     */
    public static long sizeInBytesAt(ByteBuffer buffer, int index) {
        long size = LENGTH_OVERHEAD + (long) buffer.getInt(index + LENGTH_AT);
        if (size < HEADER_BYTES) {
            throw CorruptBatchException.malformed("batch length " + size + " is less than a header");
        }
        return size;
    }
}
