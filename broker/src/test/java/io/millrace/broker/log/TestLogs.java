package io.millrace.broker.log;

import io.millrace.broker.core.Durability;
import io.millrace.broker.core.TopicPartition;

/** Opens the one log that most tests need, as a broker that was just started does. */
final class TestLogs {
    static final LogConfig ONE_SEGMENT = config(1 << 20);
    static final LogConfig SMALL_SEGMENTS = config(400);

    private TestLogs() {}

    static LogConfig config(int segmentBytes) {
        return new LogConfig(segmentBytes, 100, 1 << 20, Durability.FSYNC);
    }

    static PartitionLog open(Disk disk, LogConfig config) {
        return PartitionLog.open(disk, new TopicPartition(TestBatches.TOPIC_ID, 0), config, tails());
    }

    /** As much as one log takes. */
    static TailBudget tails() {
        return new TailBudget(LogTail.MAX_BYTES);
    }

    static PartitionLog open(Disk disk) {
        return open(disk, ONE_SEGMENT);
    }

    static String logPath(long baseOffset) {
        return TestBatches.DIRECTORY + "/" + LogDirectory.logName(baseOffset);
    }

    static String indexPath(long baseOffset) {
        return logPath(baseOffset).replace(".log", ".index");
    }
}
