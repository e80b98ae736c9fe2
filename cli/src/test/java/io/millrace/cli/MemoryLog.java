package io.millrace.cli;

import com.google.protobuf.ByteString;
import io.millrace.proto.v1.FetchRequest;
import io.millrace.proto.v1.FetchResponse;
import io.millrace.record.RecordBatch;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One partition of a {@link MemoryBroker}: stamped batches, all of them committed. */
final class MemoryLog {
    private final List<ByteString> batches = new ArrayList<>();
    private long end;
    private int fetches;

    /** Returns the base offset. */
    synchronized long append(ByteString batch) {
        ByteBuffer bytes = ByteBuffer.wrap(batch.toByteArray());
        RecordBatch stamped = RecordBatch.wrap(bytes);
        stamped.stamp(end, 1);
        batches.add(ByteString.copyFrom(bytes.rewind()));
        long base = end;
        end += stamped.recordCount();
        notifyAll();
        return base;
    }

    synchronized long end() {
        return end;
    }

    synchronized RecordBatch firstBatch() {
        return RecordBatch.wrap(batches.get(0).asReadOnlyByteBuffer());
    }

    /** How many fetches have arrived. */
    synchronized int fetches() {
        return fetches;
    }

    /** Flips the last bit of the first batch, as a bad disk or wire would. */
    synchronized void corrupt() {
        byte[] bytes = batches.get(0).toByteArray();
        bytes[bytes.length - 1] ^= 1;
        batches.set(0, ByteString.copyFrom(bytes));
    }

    synchronized FetchResponse fetch(FetchRequest request) throws InterruptedException {
        fetches++;
        notifyAll();
        long deadlineNs = System.nanoTime()
                + TimeUnit.SECONDS.toNanos(request.getMaxWait().getSeconds());
        while (end <= request.getOffset() && System.nanoTime() < deadlineNs) {
            TimeUnit.NANOSECONDS.timedWait(this, deadlineNs - System.nanoTime());
        }
        return FetchResponse.newBuilder()
                .setBatches(from(request.getOffset()))
                .setNextOffset(Math.max(end, request.getOffset()))
                .setHighWatermark(end)
                .setLeaderEpoch(1)
                .build();
    }

    private ByteString from(long offset) {
        ByteString bytes = ByteString.EMPTY;
        for (ByteString batch : batches) {
            if (RecordBatch.wrap(batch.asReadOnlyByteBuffer()).nextOffset() > offset) {
                bytes = bytes.concat(batch);
            }
        }
        return bytes;
    }
}
