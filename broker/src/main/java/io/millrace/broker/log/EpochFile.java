package io.millrace.broker.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * The epoch history beside the log, so that a batch's epoch, which its CRC does not cover, can be checked by it.
 *
 * <p>An entry is written before the first batch of its epoch and synced before the first sync of that batch. So after
 * any crash each batch that was durable has its entry, and one without an entry was not: it can be cut. Entries are
 * appended rather than the file replaced, because the first append after an election must not wait for the disk.
 *
 * <table>
 * <caption>Big-endian</caption>
 * <tr><th>offset</th><th>size</th><th>field</th></tr>
 * <tr><td>0</td><td>4</td><td>magic, "MEPO"</td></tr>
 * <tr><td>4</td><td>4</td><td>format version, 1</td></tr>
 * <tr><td>8</td><td>4</td><td>CRC-32C of bytes 0 to 7</td></tr>
 * <tr><td>12 + 16 n</td><td>4</td><td>epoch of entry n</td></tr>
 * <tr><td>16 + 16 n</td><td>8</td><td>its first offset</td></tr>
 * <tr><td>24 + 16 n</td><td>4</td><td>CRC-32C of the 12 bytes before</td></tr>
 * </table>
 */
final class EpochFile {
    static final String NAME = "epochs";

    private static final int MAGIC = 0x4D45504F;
    private static final int VERSION = 1;
    private static final int HEADER_BYTES = 12;
    private static final int ENTRY_BYTES = 16;
    private static final int CRC_BYTES = 4;

    private final Disk disk;
    private final String directory;
    private volatile boolean isUnsynced;

    EpochFile(Disk disk, String directory) {
        this.disk = disk;
        this.directory = directory;
    }

    /** What the file says; empty if there is any doubt, and then the batches have to be asked. */
    Optional<EpochHistory> read() throws IOException {
        return WholeFile.read(disk, path()).flatMap(EpochFile::decode);
    }

    boolean exists() throws IOException {
        return disk.list(directory).contains(NAME);
    }

    /** Writes one entry after those of {@code before}. Not durable until {@link #syncIfChanged}. */
    void append(EpochHistory before, int epoch, long startOffset) throws IOException {
        ByteBuffer entry = ByteBuffer.allocate(ENTRY_BYTES);
        putEntry(entry, epoch, startOffset);
        try (DiskFile file = disk.open(path())) {
            file.write(entry.flip(), HEADER_BYTES + (long) ENTRY_BYTES * before.size());
        }
        isUnsynced = true;
    }

    void syncIfChanged() throws IOException {
        if (isUnsynced) {
            // Before the sync: an entry that is written meanwhile is left to the next one.
            isUnsynced = false;
            try (DiskFile file = disk.open(path())) {
                file.sync();
            }
        }
    }

    /** Durable on return. */
    void replace(EpochHistory history) throws IOException {
        WholeFile.replace(disk, directory, NAME, encode(history));
    }

    private String path() {
        return directory + "/" + NAME;
    }

    static ByteBuffer encode(EpochHistory history) {
        ByteBuffer bytes = ByteBuffer.allocate(HEADER_BYTES + ENTRY_BYTES * history.size());
        bytes.putInt(MAGIC).putInt(VERSION).putInt(Checksum.of(bytes, 0, HEADER_BYTES - CRC_BYTES));
        for (int i = 0; i < history.size(); i++) {
            putEntry(bytes, history.epochAt(i), history.startOffsetAt(i));
        }
        return bytes.flip();
    }

    private static void putEntry(ByteBuffer bytes, int epoch, long startOffset) {
        int at = bytes.position();
        bytes.putInt(epoch).putLong(startOffset).putInt(Checksum.of(bytes, at, ENTRY_BYTES - CRC_BYTES));
    }

    static Optional<EpochHistory> decode(ByteBuffer bytes) {
        int entriesBytes = bytes.limit() - HEADER_BYTES;
        if (entriesBytes < 0 || entriesBytes % ENTRY_BYTES != 0 || !isHeader(bytes)) {
            return Optional.empty();
        }
        EpochHistory history = EpochHistory.empty();
        for (int at = HEADER_BYTES; at < bytes.limit(); at += ENTRY_BYTES) {
            int epoch = bytes.getInt(at);
            long startOffset = bytes.getLong(at + Integer.BYTES);
            boolean isIntact =
                    bytes.getInt(at + ENTRY_BYTES - CRC_BYTES) == Checksum.of(bytes, at, ENTRY_BYTES - CRC_BYTES);
            if (!isIntact || !history.isFollowedBy(epoch, startOffset)) {
                return Optional.empty();
            }
            history = history.plus(epoch, startOffset);
        }
        return Optional.of(history);
    }

    private static boolean isHeader(ByteBuffer bytes) {
        return bytes.getInt(0) == MAGIC
                && bytes.getInt(4) == VERSION
                && bytes.getInt(8) == Checksum.of(bytes, 0, HEADER_BYTES - CRC_BYTES);
    }
}
