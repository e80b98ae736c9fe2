package io.millrace.lab.history;

import com.fasterxml.jackson.databind.SequenceWriter;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes events to a file, one a line. What is in the buffer when the process dies is lost, and the last line torn. */
public final class HistoryWriter implements HistorySink, AutoCloseable {

    private static final int BUFFER_BYTES = 1 << 18;

    private final OutputStream out;
    private final SequenceWriter events;

    /** Writes a new file, in place of one that is there. */
    public HistoryWriter(Path file) throws IOException {
        this(Files.newOutputStream(file));
    }

    public HistoryWriter(OutputStream out) throws IOException {
        this.out = new BufferedOutputStream(out, BUFFER_BYTES);
        this.events = HistoryJson.WRITER.writeValues(this.out);
    }

    @Override
    public void add(HistoryEvent event) {
        try {
            events.write(event);
        } catch (IOException e) {
            throw new UncheckedIOException("the history cannot be written", e);
        }
    }

    public void flush() {
        try {
            events.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("the history cannot be written", e);
        }
    }

    @Override
    public void close() throws IOException {
        try (out) {
            events.close();
            out.write('\n');
        }
    }
}
