package io.millrace.broker.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.Optional;

/**
 * An {@link OffsetIndex} on disk, beside its segment. Covers the segment's batches up to {@code end}, all of which were
 * durable when it was written. Whoever reads it must be ready to do without: any doubt is an empty result.
 *
 * <table>
 * <caption>Big-endian</caption>
 * <tr><th>offset</th><th>size</th><th>field</th></tr>
 * <tr><td>0</td><td>4</td><td>magic, "MIDX"</td></tr>
 * <tr><td>4</td><td>4</td><td>format version, 1</td></tr>
 * <tr><td>8</td><td>8</td><td>base offset of the segment</td></tr>
 * <tr><td>16</td><td>8</td><td>end offset, exclusive</td></tr>
 * <tr><td>24</td><td>4</td><td>bytes of the segment up to there</td></tr>
 * <tr><td>28</td><td>8</td><td>largest timestamp up to there, ms; -1 for none</td></tr>
 * <tr><td>36</td><td>4</td><td>number of entries</td></tr>
 * <tr><td>40</td><td>4</td><td>CRC-32C of the entries</td></tr>
 * <tr><td>44</td><td>4</td><td>CRC-32C of bytes 0 to 43</td></tr>
 * <tr><td>48 + 20 n</td><td>8</td><td>base offset of the batch of entry n</td></tr>
 * <tr><td>56 + 20 n</td><td>4</td><td>its position</td></tr>
 * <tr><td>60 + 20 n</td><td>8</td><td>largest timestamp before it, ms; -1 for none</td></tr>
 * </table>
 */
final class IndexFile {
    static final String SUFFIX = ".index";

    private static final int MAGIC = 0x4D494458;
    private static final int VERSION = 1;
    private static final int HEADER_BYTES = 48;
    private static final int ENTRY_BYTES = 20;
    private static final int COUNT_AT = 36;
    private static final int ENTRIES_CRC_AT = 40;
    private static final int CRC_AT = 44;

    private IndexFile() {}

    /** Up to where the index reaches; reads its header only. */
    static Optional<SegmentEnd> readEnd(Disk disk, String path, long baseOffset) throws IOException {
        try (DiskFile file = disk.openForReading(path)) {
            ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
            file.read(header, 0);
            return isHeader(header, baseOffset, file.sizeBytes()) ? Optional.of(endOf(header)) : Optional.empty();
        } catch (NoSuchFileException absent) {
            return Optional.empty();
        }
    }

    /** The index, if it reaches exactly to {@code segmentBytes}. */
    static Optional<OffsetIndex> read(Disk disk, String path, long baseOffset, long segmentBytes, int intervalBytes)
            throws IOException {
        return WholeFile.read(disk, path)
                .filter(bytes -> isHeader(bytes, baseOffset, bytes.limit()))
                .filter(bytes -> endOf(bytes).bytes() == segmentBytes)
                .flatMap(bytes -> entries(bytes, intervalBytes));
    }

    /** The file's bytes for those entries of {@code index} that lie below {@code end}. */
    static ByteBuffer encode(long baseOffset, SegmentEnd end, OffsetIndex index) {
        int count = index.countBelow(end.bytes());
        ByteBuffer bytes = ByteBuffer.allocate(HEADER_BYTES + ENTRY_BYTES * count);
        bytes.putInt(MAGIC).putInt(VERSION).putLong(baseOffset).putLong(end.offset());
        bytes.putInt(end.bytes()).putLong(end.maxTimestampMs()).putInt(count);
        bytes.position(HEADER_BYTES);
        for (int entry = 0; entry < count; entry++) {
            bytes.putLong(index.offsetAt(entry)).putInt(index.positionAt(entry));
            bytes.putLong(index.maxTimestampBeforeAt(entry));
        }
        bytes.putInt(ENTRIES_CRC_AT, Checksum.of(bytes, HEADER_BYTES, ENTRY_BYTES * count));
        return bytes.putInt(CRC_AT, Checksum.of(bytes, 0, CRC_AT)).flip();
    }

    private static boolean isHeader(ByteBuffer bytes, long baseOffset, long fileBytes) {
        return fileBytes >= HEADER_BYTES
                && bytes.getInt(CRC_AT) == Checksum.of(bytes, 0, CRC_AT)
                && bytes.getInt(0) == MAGIC
                && bytes.getInt(4) == VERSION
                && bytes.getLong(8) == baseOffset
                && fileBytes == HEADER_BYTES + (long) ENTRY_BYTES * bytes.getInt(COUNT_AT);
    }

    private static SegmentEnd endOf(ByteBuffer header) {
        return new SegmentEnd(header.getLong(16), header.getInt(24), header.getLong(28));
    }

    private static Optional<OffsetIndex> entries(ByteBuffer bytes, int intervalBytes) {
        int count = bytes.getInt(COUNT_AT);
        if (bytes.getInt(ENTRIES_CRC_AT) != Checksum.of(bytes, HEADER_BYTES, ENTRY_BYTES * count)) {
            return Optional.empty();
        }
        OffsetIndex index = new OffsetIndex(intervalBytes);
        for (int at = HEADER_BYTES; at < bytes.limit(); at += ENTRY_BYTES) {
            index.add(bytes.getLong(at), bytes.getInt(at + 8), bytes.getLong(at + 12));
        }
        return Optional.of(index);
    }
}
