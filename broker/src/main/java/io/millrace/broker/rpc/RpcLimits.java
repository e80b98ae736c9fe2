package io.millrace.broker.rpc;

/**
 * How much one caller may ask of a broker.
 *
 * @param maxMessageBytes of one gRPC message, either way
 * @param maxRecordBytes of one record, as encoded within its batch before compression
 * @param maxInflatedBytes what one compressed batch may unpack to
 * @param maxFetchBytes of records in one answer; more asked for is less given
 * @param maxFetchWaitMs longest wait of a fetch
 * @param maxConcurrentCallsPerConnection on the client listener
 * @param maxProduceBytes of batches that have arrived over streams and are not answered, all streams together; as much
 *     again may be on its way out to callers
 */
public record RpcLimits(
        int maxMessageBytes,
        int maxRecordBytes,
        int maxInflatedBytes,
        int maxFetchBytes,
        int maxFetchWaitMs,
        int maxConcurrentCallsPerConnection,
        long maxProduceBytes) {

    /** What a message needs beside the one batch in it. */
    public static final int MESSAGE_SLACK_BYTES = 64 * 1024;

    /** The largest {@code maxBatchBytes} that a topic may have: any batch has to fit into one message. */
    public int largestBatchBytes() {
        return maxMessageBytes - MESSAGE_SLACK_BYTES;
    }
}
