package io.millrace.broker.rpc;

import io.millrace.broker.core.Outcome;
import io.millrace.broker.core.TopicPartition;
import io.millrace.broker.replication.PartitionServer.Fetched;
import io.millrace.proto.v1.FetchFormat;
import io.millrace.proto.v1.FetchResponse;
import io.millrace.proto.v1.FetchStreamOpen;
import io.millrace.wire.WireBytes;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** Turns what was read from a log into what consumers get, in the format that they ask for. From any thread. */
final class FetchedMessages {

    private static final int DEFAULT_MAX_BYTES = 1024 * 1024;

    private final RpcLimits limits;
    private final Executor decoding;

    /** @param decoding unpacks batches: a partition's loop has no time for that */
    FetchedMessages(RpcLimits limits, Executor decoding) {
        this.limits = limits;
        this.decoding = decoding;
    }

    /** How many bytes one answer may have, for what was {@code asked} for; 0 leaves it open. */
    int maxBytes(int asked) {
        return Math.min(asked == 0 ? DEFAULT_MAX_BYTES : asked, limits.maxFetchBytes());
    }

    /** What an answer may take in memory at most: records may unpack to more than was read. */
    static long memoryBytes(FetchFormat format, int maxBytes, Fetched fetched) {
        int read = fetched.batches().remaining();
        return format == FetchFormat.FETCH_FORMAT_BATCH || read == 0 ? read : Math.max(read, maxBytes);
    }

    /** What is wrong with these fields, empty for nothing. */
    Optional<Rejection> check(FetchStreamOpen open) {
        Fields fields = new Fields()
                .topicName("open.topic", open.getTopic())
                .atLeast(0, "open.partition", open.getPartition())
                .atLeast(0, "open.offset", open.getOffset())
                .atLeast(0, "open.max_bytes", open.getMaxBytes());
        return checkFormat(fields, "open.format", open.getFormatValue()).rejection();
    }

    Fields checkFormat(Fields fields, String field, int format) {
        return fields.require(FetchFormat.forNumber(format) != null, field, format + " is not one of RECORDS, BATCH");
    }

    /**
     * Builds the answer and hands it over, on this thread or on one that unpacks.
     *
     * @param offset the first one wanted
     */
    void message(
            TopicPartition partition,
            FetchFormat format,
            long offset,
            int maxBytes,
            Fetched fetched,
            Consumer<Outcome<FetchResponse>> ready) {
        if (format == FetchFormat.FETCH_FORMAT_BATCH) {
            // Read-only by contract, so gRPC may send from it.
            ready.accept(Outcome.ok(response(partition, fetched)
                    .setBatches(WireBytes.of(fetched.batches()))
                    .build()));
        } else {
            decoding.execute(() -> ready.accept(FetchedRecords.decode(fetched, offset, maxBytes, limits)
                    .fold(
                            decoded -> Outcome.ok(response(partition, fetched)
                                    .addAllRecords(decoded.records())
                                    .setNextOffset(decoded.nextOffset())
                                    .build()),
                            Outcome::no)));
        }
    }

    private static FetchResponse.Builder response(TopicPartition partition, Fetched fetched) {
        return FetchResponse.newBuilder()
                .setTopicId(partition.topicId())
                .setNextOffset(fetched.nextOffset())
                .setHighWatermark(fetched.highWatermark())
                .setLogStartOffset(fetched.logStartOffset())
                .setLeaderEpoch(fetched.leaderEpoch());
    }
}
