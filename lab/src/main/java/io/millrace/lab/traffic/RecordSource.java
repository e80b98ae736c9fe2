package io.millrace.lab.traffic;

import java.io.IOException;

/** What came back, as often as somebody wants to look at it. */
@FunctionalInterface
public interface RecordSource {

    /** Gives every record to the sink, each partition's in offset order. */
    void replay(RecordSink sink) throws IOException;
}
