package io.millrace.broker.log;

import io.millrace.broker.core.TopicPartition;
import io.millrace.record.RecordBatch;
import java.io.IOException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads a data directory without changing it: no lock, no recovery, no index. Works beside a running broker, whose
 * appends it sees up to some batch, and on a damaged log, which it reads up to the first defect.
 */
public final class LogInspector {
    private static final int CHUNK_BYTES = 256 << 10;

    private final Disk disk;

    public LogInspector(Disk disk) {
        this.disk = disk;
    }

    /** The partitions that have a log, in order. */
    public List<TopicPartition> partitions() throws IOException {
        return PartitionDirectories.list(disk);
    }

    /** Reads the log from its first batch on and shows each to {@code visitor}. */
    public LogSummary inspect(TopicPartition partition, Consumer<InspectedBatch> visitor) throws IOException {
        return new Inspection(new LogDirectory(disk, partition.toString()), visitor).run();
    }

    private final class Inspection {
        private final LogDirectory directory;
        private final Consumer<InspectedBatch> visitor;
        private final MessageDigest sha256 = LogReader.sha256();
        private long nextOffset;
        private long bytes;
        private long batches;
        private long records;
        private int lastEpoch = EpochHistory.NO_EPOCH;
        private @Nullable LogDefect defect;

        Inspection(LogDirectory directory, Consumer<InspectedBatch> visitor) {
            this.directory = directory;
            this.visitor = visitor;
        }

        LogSummary run() throws IOException {
            List<Long> baseOffsets = directory.baseOffsets();
            long startOffset = baseOffsets.isEmpty() ? 0 : baseOffsets.get(0);
            nextOffset = startOffset;
            for (int i = 0; i < baseOffsets.size() && defect == null; i++) {
                inspectSegment(baseOffsets.get(i));
            }
            String digest = HexFormat.of().formatHex(sha256.digest());
            return new LogSummary(
                    new LogDigest(startOffset, nextOffset, bytes, digest),
                    batches,
                    records,
                    lastEpoch,
                    Optional.ofNullable(defect));
        }

        private void inspectSegment(long baseOffset) throws IOException {
            String name = LogDirectory.logName(baseOffset);
            if (baseOffset != nextOffset) {
                defect = new LogDefect(name, 0, nextOffset, "the segment does not begin where the one before ends");
                return;
            }
            try (DiskFile file = disk.openForReading(directory + "/" + name)) {
                BatchCursor cursor = new BatchCursor(file, 0, baseOffset, file.sizeBytes(), CHUNK_BYTES);
                while (cursor.next()) {
                    inspectBatch(name, cursor);
                }
            } catch (BadBatchException bad) {
                defect = new LogDefect(name, bad.position(), bad.offset(), String.valueOf(bad.getMessage()));
            }
        }

        private void inspectBatch(String name, BatchCursor cursor) throws IOException, BadBatchException {
            RecordBatch batch = cursor.uncheckedBatch();
            visitor.accept(new InspectedBatch(name, cursor.position(), batch, batch.isCrcValid()));
            cursor.batch();
            if (batch.partitionLeaderEpoch() < Math.max(0, lastEpoch)) {
                String what = "leader epoch " + batch.partitionLeaderEpoch() + " after " + lastEpoch;
                throw new BadBatchException(cursor.position(), cursor.baseOffset(), what);
            }
            sha256.update(batch.buffer());
            nextOffset = cursor.nextOffset();
            bytes += cursor.sizeInBytes();
            batches++;
            records += batch.recordCount();
            lastEpoch = batch.partitionLeaderEpoch();
        }
    }
}
