package io.millrace.lab.run;

import io.millrace.lab.drill.Payload;
import io.millrace.lab.history.ClientEvent.Fetched;
import io.millrace.lab.history.ClientEvent.ReadToEnd;
import io.millrace.lab.history.HistorySink;
import io.millrace.lab.history.Run;
import io.millrace.lab.history.Runs;
import io.millrace.lab.history.Stamp;
import io.millrace.lab.traffic.RecordSink;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes down what is stored in the end, as one more reader that reads everything. Partitions come one after the other. */
final class FinalReading implements RecordSink {
    private static final String READER = "final";
    private static final int MAX_RECORDS = 1_000;

    private final RunHistory history;
    private final HistorySink sink;
    private final Payload payload;
    private Runs runs = new Runs();
    private int count;
    private int partition;
    private long position;
    private long askedNs = System.nanoTime();

    FinalReading(RunHistory history, HistorySink sink, Payload payload) {
        this.history = history;
        this.sink = sink;
        this.payload = payload;
    }

    @Override
    public void accept(int of, long offset, @Nullable ByteBuffer key, @Nullable ByteBuffer value) {
        if (of != partition || count == MAX_RECORDS) {
            flush();
        }
        if (of != partition) {
            partition = of;
            position = 0;
        }
        runs.add(offset, Values.read(payload, of, offset, value));
        count++;
    }

    /** After the last record: these are the ends of the partitions. */
    void finish(List<Long> endOffsets) {
        flush();
        for (int number = 0; number < endOffsets.size(); number++) {
            sink.add(new ReadToEnd(now(), history.partition(number), 0, endOffsets.get(number)));
        }
    }

    private void flush() {
        if (count > 0) {
            Stamp now = now();
            List<Run> list = runs.list();
            sink.add(new Fetched(now, askedNs, history.partition(partition), position, -1, -1, list));
            position = list.get(list.size() - 1).endOffset();
            runs = new Runs();
            count = 0;
            askedNs = now.monoNs();
        }
    }

    private Stamp now() {
        return history.at(READER, System.nanoTime());
    }
}
