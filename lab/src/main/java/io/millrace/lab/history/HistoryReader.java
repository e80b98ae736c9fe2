package io.millrace.lab.history;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.MappingIterator;
import java.io.BufferedInputStream;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads histories event by event. Those of several files are put together by their monotonic time. */
public final class HistoryReader {

    private static final int BUFFER_BYTES = 1 << 18;
    /** What the parser ends its messages with is for those who set it up. */
    private static final Pattern ADVICE = Pattern.compile("(; `| \\(set )\\S*DeserializationFeature.*", Pattern.DOTALL);

    private HistoryReader() {}

    /** Takes an event and where it stands, see {@link Places}. */
    @FunctionalInterface
    public interface EventConsumer {
        void accept(HistoryEvent event, long place);
    }

    /**
     * Gives {@code consumer} all events. A last line that is torn, as a killed process leaves it, is left out.
     *
     * @throws IOException where a file cannot be read, or has something in it that is no event: names file and line
     */
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
        private @Nullable MappingIterator<HistoryEvent> events;
        private @Nullable HistoryEvent head;
        private long line;
        private long headNs;

        Source(Path file, int number) throws IOException {
            this.file = file;
            this.number = number;
            this.in = new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES);
        }

        boolean advance() throws IOException {
            try {
                head = next();
            } catch (JsonProcessingException e) {
                if (!isTorn(e)) {
                    throw notAnEvent(e.getOriginalMessage(), e);
                }
                head = null;
            } catch (CharConversionException e) {
                throw notAnEvent("no text", e);
            } catch (IOException e) {
                throw new IOException(file + ": " + e.getMessage(), e);
            }
            line++;
            if (head != null) {
                // Threads take their time before they add an event: the order of the lines is the one that counts.
                headNs = Math.max(headNs, head.at().monoNs());
            }
            return head != null;
        }

        /** Null at the end. */
        private @Nullable HistoryEvent next() throws IOException {
            if (events == null) {
                // Looks at the first bytes already.
                events = HistoryJson.READER.readValues(HistoryJson.READER.createParser(in));
            }
            return events.hasNextValue() ? events.nextValue() : null;
        }

        private IOException notAnEvent(String why, IOException cause) {
            String words = ADVICE.matcher(why).replaceFirst("");
            return new IOException(file + ":" + (line + 1) + ": not an event: " + words, cause);
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
