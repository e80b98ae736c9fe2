package io.millrace.lab.history;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.MappingIterator;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/** Reads histories event by event. Those of several files are put together by their monotonic time. */
public final class HistoryReader {

    private static final int BUFFER_BYTES = 1 << 18;

    private HistoryReader() {}

    /** Takes an event and where it stands, see {@link Places}. */
    @FunctionalInterface
    public interface EventConsumer {
        void accept(HistoryEvent event, long place);
    }

    /** Gives {@code consumer} all events. A last line that is torn, as a killed process leaves it, is left out. */
    public static void read(List<Path> files, EventConsumer consumer) throws IOException {
        List<Source> sources = new ArrayList<>();
        PriorityQueue<Source> next = new PriorityQueue<>();
        try {
            for (Path file : files) {
                Source source = new Source(file, sources.size());
                sources.add(source);
                if (source.advance()) {
                    next.add(source);
                }
            }
            for (Source source = next.poll(); source != null; source = next.poll()) {
                source.tell(consumer, next.peek());
                if (source.head != null) {
                    next.add(source);
                }
            }
        } finally {
            for (Source source : sources) {
                source.close();
            }
        }
    }

    /** One file, at its next event. */
    private static final class Source implements Comparable<Source>, AutoCloseable {
        private final Path file;
        private final int number;
        private final InputStream in;
        private final MappingIterator<HistoryEvent> events;
        private @Nullable HistoryEvent head;
        private long line;
        private long headNs;

        Source(Path file, int number) throws IOException {
            this.file = file;
            this.number = number;
            this.in = new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES);
            this.events = HistoryJson.READER.readValues(in);
        }

        boolean advance() throws IOException {
            try {
                head = events.hasNextValue() ? events.nextValue() : null;
            } catch (JsonProcessingException e) {
                if (!isTorn(e)) {
                    throw new IOException(file + ":" + (line + 1) + ": not an event: " + e.getOriginalMessage(), e);
                }
                head = null;
            }
            line++;
            if (head != null) {
                // Threads take their time before they add an event: the order of the lines is the one that counts.
                headNs = Math.max(headNs, head.at().monoNs());
            }
            return head != null;
        }

        private static boolean isTorn(Throwable e) {
            return e instanceof JsonEOFException || (e.getCause() != null && isTorn(e.getCause()));
        }

        /** All events up to the first one of {@code other}. */
        void tell(EventConsumer consumer, @Nullable Source other) throws IOException {
            do {
                if (head != null) {
                    consumer.accept(head, Places.of(number, line));
                }
            } while (advance() && (other == null || compareTo(other) <= 0));
        }

        @Override
        public int compareTo(Source other) {
            return headNs == other.headNs ? Integer.compare(number, other.number) : Long.compare(headNs, other.headNs);
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
