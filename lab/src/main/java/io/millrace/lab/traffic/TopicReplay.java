package io.millrace.lab.traffic;

import com.google.protobuf.Duration;
import io.millrace.client.MillraceClient;
import io.millrace.proto.v1.EarliestPosition;
import io.millrace.proto.v1.FetchFormat;
import io.millrace.proto.v1.FetchRequest;
import io.millrace.proto.v1.FetchResponse;
import io.millrace.proto.v1.LatestPosition;
import io.millrace.proto.v1.ListOffsetsRequest;
import io.millrace.record.BatchSplitter;
import io.millrace.record.CorruptBatchException;
import io.millrace.record.Record;
import io.millrace.record.RecordBatch;
import io.millrace.record.RecordReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Everything that is committed in a topic when this is made, as often as it is asked for. */
public final class TopicReplay implements RecordSource {
    private static final int FETCH_BYTES = 1 << 20;
    private static final long MAX_WAIT_S = 5;
    private static final long MAX_INFLATED_BYTES = 64 << 20;

    private final MillraceClient client;
    private final String topic;
    private final List<Range> ranges = new ArrayList<>();

    private record Range(int partition, long start, long endExclusive) {}

    /** Asks where each partition begins and ends now. */
    public TopicReplay(MillraceClient client, String topic, int partitions) {
        this.client = client;
        this.topic = topic;
        for (int partition = 0; partition < partitions; partition++) {
            ListOffsetsRequest.Builder request =
                    ListOffsetsRequest.newBuilder().setTopic(topic).setPartition(partition);
            long start = client.listOffsets(request.clone()
                            .setEarliest(EarliestPosition.getDefaultInstance())
                            .build())
                    .getOffset();
            long end = client.listOffsets(request.setLatest(LatestPosition.getDefaultInstance())
                            .build())
                    .getOffset();
            ranges.add(new Range(partition, start, end));
        }
    }

    @Override
    public void replay(RecordSink sink) throws IOException {
        for (Range range : ranges) {
            long offset = range.start();
            while (offset < range.endExclusive()) {
                FetchResponse answer = client.fetch(request(range.partition(), offset));
                deliver(answer, range, offset, sink);
                if (answer.getNextOffset() <= offset) {
                    throw new IOException(topic + "-" + range.partition() + ": nothing comes back from offset " + offset
                            + " on, though " + range.endExclusive() + " is its end");
                }
                offset = answer.getNextOffset();
            }
        }
    }

    private FetchRequest request(int partition, long offset) {
        return FetchRequest.newBuilder()
                .setTopic(topic)
                .setPartition(partition)
                .setOffset(offset)
                .setMaxWait(Duration.newBuilder().setSeconds(MAX_WAIT_S))
                .setMaxBytes(FETCH_BYTES)
                .setFormat(FetchFormat.FETCH_FORMAT_BATCH)
                .build();
    }

    private void deliver(FetchResponse answer, Range range, long offset, RecordSink sink) throws IOException {
        try {
            for (RecordBatch batch : BatchSplitter.split(answer.getBatches().asReadOnlyByteBuffer())) {
                if (!batch.isCrcValid()) {
                    throw new IOException(topic + "-" + range.partition() + ": the batch at offset "
                            + batch.baseOffset() + " does not match its checksum");
                }
                deliverBatch(batch, range, offset, sink);
            }
        } catch (CorruptBatchException e) {
            throw new IOException(topic + "-" + range.partition() + ": unreadable batch after offset " + offset, e);
        }
    }

    private static void deliverBatch(RecordBatch batch, Range range, long offset, RecordSink sink) throws IOException {
        try (RecordReader records = batch.records(MAX_INFLATED_BYTES)) {
            while (records.next()) {
                Record record = records.record();
                // A fetch answers whole batches: the first may begin below what was asked for.
                if (record.offset() >= offset && record.offset() < range.endExclusive()) {
                    sink.accept(range.partition(), record.offset(), record.key(), record.value());
                }
            }
        }
    }
}
