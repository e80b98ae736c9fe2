package io.millrace.client;

import io.millrace.proto.v1.ProduceResponse;
import io.millrace.record.BatchLayout;
import io.millrace.record.Codec;
import io.millrace.record.Header;
import io.millrace.record.RecordBatchBuilder;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The records of one batch and who waits for each. Filled under the lock of its {@link PartitionBuffer}; after it was
 * closed there, it belongs to the producer's thread.
 */
final class ProducerBatch extends SendBatch {
    private static final Logger LOG = LoggerFactory.getLogger(ProducerBatch.class);
    private static final int FIRST_ROOM = 16;

    private final TopicPartition partition;
    private final RecordBatchBuilder builder;
    private final long createdNs;
    private final CountDownLatch done = new CountDownLatch(1);
    private SendCallback[] callbacks = new SendCallback[FIRST_ROOM];
    private long[] timestampsMs = new long[FIRST_ROOM];
    private int recordCount;
    private long reservedBytes;
    private @Nullable ByteBuffer encoded;

    ProducerBatch(TopicPartition partition, Codec codec, long createdNs, long deadlineNs) {
        super(deadlineNs);
        this.partition = partition;
        this.builder = new RecordBatchBuilder(codec);
        this.createdNs = createdNs;
    }

    void append(
            long timestampMs,
            @Nullable ByteBuffer key,
            @Nullable ByteBuffer value,
            List<Header> headers,
            long reserved,
            SendCallback callback) {
        builder.append(timestampMs, key, value, headers);
        if (recordCount == callbacks.length) {
            callbacks = Arrays.copyOf(callbacks, 2 * recordCount);
            timestampsMs = Arrays.copyOf(timestampsMs, 2 * recordCount);
        }
        callbacks[recordCount] = callback;
        timestampsMs[recordCount] = timestampMs;
        recordCount++;
        reservedBytes += reserved;
    }

    /** What its records have taken of the producer's buffer, which is also the most that it can come to uncompressed. */
    long reservedBytes() {
        return reservedBytes;
    }

    long createdNs() {
        return createdNs;
    }

    @Override
    int recordCount() {
        return recordCount;
    }

    /** Before it was encoded the most that it can come to, so that it need not be encoded to find that it has to wait. */
    @Override
    int sizeInBytes() {
        return encoded == null ? builder.estimatedSizeInBytes() : encoded.remaining();
    }

    /** As it goes on the wire, under the number that it has now. */
    ByteBuffer encoded() {
        if (encoded == null) {
            if (producerId() >= 0) {
                builder.producer(producerId(), (short) producerEpoch(), sequence());
            }
            encoded = builder.build();
        } else if (encoded.getLong(BatchLayout.PRODUCER_ID_AT) != producerId()
                || encoded.getShort(BatchLayout.PRODUCER_EPOCH_AT) != (short) producerEpoch()
                || encoded.getInt(BatchLayout.BASE_SEQUENCE_AT) != sequence()) {
            encoded = renumbered(encoded);
        }
        return encoded;
    }

    /** A copy: the connection that it was sent on may still hold the bytes. */
    private ByteBuffer renumbered(ByteBuffer old) {
        ByteBuffer copy =
                ByteBuffer.allocate(old.remaining()).put(old.duplicate()).flip();
        copy.putLong(BatchLayout.PRODUCER_ID_AT, producerId())
                .putShort(BatchLayout.PRODUCER_EPOCH_AT, (short) producerEpoch())
                .putInt(BatchLayout.BASE_SEQUENCE_AT, sequence());
        CRC32C crc = new CRC32C();
        crc.update(copy.duplicate().position(BatchLayout.ATTRIBUTES_AT));
        return copy.putInt(BatchLayout.CRC_AT, (int) crc.getValue());
    }

    void acknowledge(ProduceResponse answer) {
        for (int i = 0; i < recordCount; i++) {
            tell(callbacks[i], receipt(answer, i), null);
        }
        done.countDown();
    }

    private RecordReceipt receipt(ProduceResponse answer, int index) {
        return new RecordReceipt(
                partition.topic(),
                partition.partition(),
                answer.getBaseOffset() < 0 ? -1 : answer.getBaseOffset() + index,
                timestampsMs[index],
                answer.getOutcome(),
                answer.getLeaderEpoch(),
                answer.getIsrSize(),
                answer.getDurable());
    }

    void fail(MillraceException failure) {
        for (int i = 0; i < recordCount; i++) {
            tell(callbacks[i], null, failure);
        }
        done.countDown();
    }

    private static void tell(
            SendCallback callback, @Nullable RecordReceipt receipt, @Nullable MillraceException failure) {
        try {
            callback.onDone(receipt, failure);
        } catch (RuntimeException | Error e) {
            // The others wait for theirs, and what is told is told once.
            LOG.error("A callback of the application has failed", e);
        }
    }

    /** Open until everybody was told. */
    CountDownLatch done() {
        return done;
    }
}
