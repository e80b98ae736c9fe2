package io.millrace.cli.consume;

import io.millrace.record.Record;
import java.io.PrintStream;

/** Writes one record to stdout in one of the ways that the user can ask for. */
interface RecordSink {
    void write(PrintStream out, String topic, int partition, Record record);

    /** The values alone, one behind the other: what {@code produce} got as lines. A null value is nothing. */
    static RecordSink values() {
        return (out, topic, partition, record) -> Bytes.write(out, record.value());
    }
}
