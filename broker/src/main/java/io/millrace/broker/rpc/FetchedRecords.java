package io.millrace.broker.rpc;

import com.google.protobuf.ByteString;
import io.millrace.broker.core.ErrorReason;
import io.millrace.broker.core.Outcome;
import io.millrace.broker.core.Refusal;
import io.millrace.broker.replication.PartitionServer.Fetched;
import io.millrace.proto.v1.Header;
import io.millrace.proto.v1.Record;
import io.millrace.record.BatchDefect;
import io.millrace.record.BatchSplitter;
import io.millrace.record.CorruptBatchException;
import io.millrace.record.RecordReader;
import io.millrace.wire.WireBytes;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Batches as thin clients read them.
 *
 * @param nextOffset where to go on
 */
record FetchedRecords(List<Record> records, long nextOffset) {

    /**
     * Decodes the records from {@code offset} on. A compressed batch may unpack to much more than was asked for, so this
     * stops, within a batch if need be, where {@code maxBytes} would be exceeded; one record always comes.
     */
    static Outcome<FetchedRecords> decode(Fetched fetched, long offset, int maxBytes, RpcLimits limits) {
        Decoder decoder = new Decoder(offset, maxBytes);
        BatchSplitter batches = new BatchSplitter(fetched.batches());
        try {
            while (batches.next()) {
                try (RecordReader reader = batches.batch().records(limits.maxInflatedBytes())) {
                    if (!decoder.takeAll(reader)) {
                        return Outcome.ok(new FetchedRecords(decoder.records, decoder.nextOffset));
                    }
                }
            }
        } catch (CorruptBatchException unreadable) {
            return Outcome.no(refusal(unreadable.defect()));
        }
        return Outcome.ok(new FetchedRecords(decoder.records, fetched.nextOffset()));
    }

    private static Refusal refusal(BatchDefect defect) {
        if (defect.kind() == BatchDefect.Kind.TOO_LARGE) {
            return Refusal.definite(
                    ErrorReason.LIMIT_EXCEEDED,
                    "A batch unpacks to more than limits.maxInflatedBytes of this broker; fetch it as an encoded batch");
        }
        return Refusal.definite(ErrorReason.STORAGE_FAILED, "A stored batch cannot be read: " + defect.what());
    }

    private static final class Decoder {
        private final List<Record> records = new ArrayList<>();
        private final long offset;
        private long bytesLeft;
        private long nextOffset;

        Decoder(long offset, int maxBytes) {
            this.offset = offset;
            this.bytesLeft = maxBytes;
        }

        /** False where there was no room for a record. */
        boolean takeAll(RecordReader reader) {
            while (reader.next()) {
                if (reader.record().offset() >= offset && !take(wire(reader.record()))) {
                    return false;
                }
            }
            return true;
        }

        private boolean take(Record record) {
            bytesLeft -= record.getSerializedSize();
            if (bytesLeft < 0 && !records.isEmpty()) {
                return false;
            }
            records.add(record);
            nextOffset = record.getOffset() + 1;
            return true;
        }
    }

    private static Record wire(io.millrace.record.Record record) {
        Record.Builder wire =
                Record.newBuilder().setOffset(record.offset()).setTimestamp(WireTime.timestamp(record.timestampMs()));
        ByteBuffer key = record.key();
        if (key != null) {
            wire.setKey(bytes(key));
        }
        ByteBuffer value = record.value();
        if (value != null) {
            wire.setValue(bytes(value));
        }
        record.headers().forEach(header -> wire.addHeaders(wire(header)));
        return wire.build();
    }

    private static Header wire(io.millrace.record.Header header) {
        Header.Builder wire = Header.newBuilder().setKey(header.key());
        ByteBuffer value = header.value();
        if (value != null) {
            wire.setValue(bytes(value));
        }
        return wire.build();
    }

    /** Nobody writes to what was fetched, so it need not be copied. */
    private static ByteString bytes(ByteBuffer buffer) {
        return WireBytes.of(buffer);
    }
}
