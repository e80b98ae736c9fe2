package io.millrace.cli.consume;

import com.google.protobuf.Duration;
import io.millrace.cli.shell.CommandFailure;
import io.millrace.client.MillraceClient;
import io.millrace.client.MillraceException;
import io.millrace.proto.v1.FetchFormat;
import io.millrace.proto.v1.FetchRequest;
import io.millrace.proto.v1.FetchResponse;
import io.millrace.proto.v1.Topic;
import io.millrace.record.BatchSplitter;
import io.millrace.record.CorruptBatchException;
import io.millrace.record.RecordBatch;
import io.millrace.record.RecordReader;
import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Reads all partitions at the same time and prints what comes, until the ends, the wanted number of records, a stop
 * signal, or a closed stdout. Each is a normal end.
 */
final class ConsumeLoop {
    private static final int MAX_WAIT_SECONDS = 5;
    private static final int MAX_FETCH_BYTES = 1 << 20;

    /** Batches are inflated piece by piece; this only ends one that was made to inflate forever. */
    private static final long MAX_INFLATED_BYTES = 1L << 30;

    /** The answer for one partition, or why there is none; without a cursor, the wish to stop. */
    private record Event(
            @Nullable Cursor cursor,
            @Nullable FetchResponse answer,
            @Nullable Throwable thrown) {
        static final Event STOP = new Event(null, null, null);
    }

    private final MillraceClient client;
    private final Topic topic;
    private final RecordSink sink;
    private final PrintStream out;
    private final LinkedBlockingQueue<Event> events = new LinkedBlockingQueue<>();
    private long remainingRecords;
    private int reading;
    private boolean isStopped;

    ConsumeLoop(MillraceClient client, Topic topic, RecordSink sink, PrintStream out, long maxRecords) {
        this.client = client;
        this.topic = topic;
        this.sink = sink;
        this.out = out;
        this.remainingRecords = maxRecords;
    }

    /** Ends the loop soon. Safe from any thread. */
    void stop() {
        events.add(Event.STOP);
    }

    /** Returns once everything printed is flushed. */
    void run(List<Cursor> cursors) throws InterruptedException {
        cursors.forEach(this::fetch);
        while (reading > 0 && remainingRecords > 0 && !isStopped) {
            handle(events.take());
        }
    }

    private void fetch(Cursor cursor) {
        if (cursor.isAtEnd()) {
            return;
        }
        reading++;
        FetchRequest request = FetchRequest.newBuilder()
                .setTopic(topic.getName())
                .setTopicId(topic.getTopicId())
                .setPartition(cursor.partition())
                .setOffset(cursor.position())
                .setMaxWait(Duration.newBuilder().setSeconds(MAX_WAIT_SECONDS))
                .setMaxBytes(MAX_FETCH_BYTES)
                .setFormat(FetchFormat.FETCH_FORMAT_BATCH)
                .build();
        var unused = client.fetchAsync(request)
                .whenComplete((answer, thrown) -> events.add(new Event(cursor, answer, thrown)));
    }

    private void handle(Event event) {
        Cursor cursor = event.cursor();
        if (cursor == null) {
            isStopped = true;
            return;
        }
        reading--;
        FetchResponse answer = event.answer();
        if (answer == null) {
            throw failure(event.thrown());
        }
        print(cursor, answer);
        if (!isStopped && remainingRecords > 0) {
            fetch(cursor);
        }
    }

    private void print(Cursor cursor, FetchResponse answer) {
        long from = cursor.position();
        long next = from;
        try {
            for (RecordBatch batch : BatchSplitter.split(answer.getBatches().asReadOnlyByteBuffer())) {
                next = print(cursor, batch, next);
            }
        } catch (CorruptBatchException e) {
            throw CommandFailure.failed(where(cursor, next) + ": " + e.getMessage(), corruptCure());
        }
        boolean isWhole = remainingRecords > 0 && next < cursor.end();
        written(cursor, isWhole ? Math.max(next, answer.getNextOffset()) : next);
    }

    /** Returns the offset behind the last record that was printed, or passed over. */
    private long print(Cursor cursor, RecordBatch batch, long from) {
        if (!batch.isCrcValid()) {
            throw CommandFailure.failed(
                    where(cursor, batch.baseOffset()) + ": the records do not match their checksum", corruptCure());
        }
        if (batch.isControl()) {
            return Math.max(from, batch.nextOffset());
        }
        long next = from;
        try (RecordReader records = batch.records(MAX_INFLATED_BYTES)) {
            while (next < cursor.end() && remainingRecords > 0 && records.next()) {
                if (records.record().offset() >= next) {
                    sink.write(out, topic.getName(), cursor.partition(), records.record());
                    next = records.record().offset() + 1;
                    remainingRecords--;
                }
            }
        }
        return next;
    }

    /** A reader that closed its end (`| head`) has all it wants: no error. */
    private void written(Cursor cursor, long next) {
        if (out.checkError()) {
            isStopped = true;
            return;
        }
        if (next > cursor.position()) {
            cursor.moveTo(next);
        }
    }

    private String where(Cursor cursor, long offset) {
        return "topic " + topic.getName() + ", partition " + cursor.partition() + ", offset " + offset;
    }

    private static String corruptCure() {
        return "The bytes changed on the way from the broker, or in its memory: try again.";
    }

    private RuntimeException failure(@Nullable Throwable thrown) {
        Throwable cause =
                thrown instanceof CompletionException && thrown.getCause() != null ? thrown.getCause() : thrown;
        return cause instanceof MillraceException failure
                ? failure
                : new IllegalStateException("a fetch ended without answer or reason", cause);
    }
}
