package io.millrace.broker.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.OptionalLong;

/**
 * Up to which offset, exclusive, the log was durable: what lies below and cannot be read is corruption, what lies above may
 * be a torn tail.
 *
 * <p>Written in place after each sync of the log, without a sync of its own: that would double the cost of every commit.
 * It never says too much, since it is written after the fact. After the end of a process it is exact; after a power cut
 * it may be older by as much as the kernel holds back. Only to say <em>less</em> than before (a truncation) does it have
 * to be durable first. Two slots, in different sectors, are written in turn, so a torn write loses one step.
 *
 * <table>
 * <caption>A slot, at 0 and at 512; big-endian; the valid one with the higher sequence counts</caption>
 * <tr><th>offset</th><th>size</th><th>field</th></tr>
 * <tr><td>0</td><td>4</td><td>magic, "MRP1"</td></tr>
 * <tr><td>4</td><td>8</td><td>sequence</td></tr>
 * <tr><td>12</td><td>8</td><td>offset</td></tr>
 * <tr><td>20</td><td>4</td><td>CRC-32C of bytes 0 to 19</td></tr>
 * </table>
 */
final class RecoveryPointFile {
    static final String NAME = "recovery-point";

    private static final int MAGIC = 0x4D525031;
    private static final int SLOT_BYTES = 24;
    private static final int SLOT_DISTANCE_BYTES = 512;
    private static final int CRC_AT = 20;

    private final Disk disk;
    private final String path;
    private long sequence;
    private boolean isUnsynced;

    RecoveryPointFile(Disk disk, String directory) {
        this.disk = disk;
        this.path = directory + "/" + NAME;
    }

    /** What was written last, as far as it survived; empty if nothing did. Makes the file where it is absent. */
    OptionalLong read() throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(SLOT_DISTANCE_BYTES + SLOT_BYTES);
        try (DiskFile file = disk.open(path)) {
            file.read(bytes, 0);
        } catch (NoSuchFileException absent) {
            disk.create(path).close();
        }
        int newer = newerSlot(bytes);
        if (newer < 0) {
            return OptionalLong.empty();
        }
        sequence = bytes.getLong(newer + 4);
        return OptionalLong.of(bytes.getLong(newer + 12));
    }

    /** Durable some time later, or never. */
    void write(long offset) throws IOException {
        try (DiskFile file = disk.open(path)) {
            writeSlot(file, offset);
        }
        isUnsynced = true;
    }

    /** Durable on return, in both slots: whatever is lost afterwards, no higher offset comes back. */
    void lower(long offset) throws IOException {
        try (DiskFile file = disk.open(path)) {
            writeSlot(file, offset);
            writeSlot(file, offset);
            file.sync();
        }
        isUnsynced = false;
    }

    void syncIfChanged() throws IOException {
        if (isUnsynced) {
            try (DiskFile file = disk.open(path)) {
                file.sync();
            }
            isUnsynced = false;
        }
    }

    private void writeSlot(DiskFile file, long offset) throws IOException {
        sequence++;
        ByteBuffer slot = ByteBuffer.allocate(SLOT_BYTES);
        slot.putInt(MAGIC).putLong(sequence).putLong(offset).putInt(Checksum.of(slot, 0, CRC_AT));
        file.write(slot.flip(), sequence % 2 * SLOT_DISTANCE_BYTES);
    }

    private static int newerSlot(ByteBuffer bytes) {
        int newer = -1;
        for (int slot = 0; slot <= SLOT_DISTANCE_BYTES; slot += SLOT_DISTANCE_BYTES) {
            boolean isValid =
                    bytes.getInt(slot) == MAGIC && bytes.getInt(slot + CRC_AT) == Checksum.of(bytes, slot, CRC_AT);
            if (isValid && (newer < 0 || bytes.getLong(slot + 4) > bytes.getLong(newer + 4))) {
                newer = slot;
            }
        }
        return newer;
    }
}
