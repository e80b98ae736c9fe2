package io.millrace.cli.produce;

import io.millrace.cli.shell.CommandFailure;
import io.millrace.client.MillraceClient;
import io.millrace.client.WriterConfig;
import io.millrace.proto.v1.ConfigEntry;
import io.millrace.proto.v1.DescribeTopicResponse;
import io.millrace.proto.v1.Limits;
import org.jspecify.annotations.Nullable;

/**
 * What has to be known of a topic before writing to it.
 *
 * @param maxLineBytes what certainly fits into a record, whatever its key and place in a batch
 */
record Target(String topic, int partitionCount, int maxBatchBytes, int maxLineBytes) {
    /** More than the header of a batch (61 bytes) and the lengths and deltas of one record (at most 31). */
    private static final int OVERHEAD_BYTES = 128;

    private static final String MAX_BATCH_BYTES = "maxBatchBytes";
    private static final int DEFAULT_MAX_BATCH_BYTES = 1 << 20;

    static Target of(MillraceClient client, String topic, @Nullable Integer partition) {
        DescribeTopicResponse described = client.describeTopic(topic);
        Limits limits = client.serverInfo().getLimits();
        int count = described.getTopic().getPartitionsCount();
        if (partition != null && (partition < 0 || partition >= count)) {
            throw CommandFailure.usage(
                    "topic " + topic + " has no partition " + partition, "It has 0 to " + (count - 1) + ".");
        }
        int maxBatchBytes = maxBatchBytes(described);
        int maxRecordBytes = limits.getMaxRecordBytes() > 0 ? limits.getMaxRecordBytes() : maxBatchBytes;
        return new Target(
                topic,
                count,
                Math.min(maxBatchBytes, WriterConfig.DEFAULT_MAX_BATCH_BYTES),
                Math.max(1, Math.min(maxBatchBytes, maxRecordBytes) - OVERHEAD_BYTES));
    }

    private static int maxBatchBytes(DescribeTopicResponse described) {
        return described.getConfigList().stream()
                .filter(entry -> entry.getName().equals(MAX_BATCH_BYTES))
                .map(ConfigEntry::getValue)
                .mapToInt(Integer::parseInt)
                .findFirst()
                .orElse(DEFAULT_MAX_BATCH_BYTES);
    }
}
