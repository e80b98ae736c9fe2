package io.millrace.client;

/** Where reading begins. */
public sealed interface StartPosition {
    /** @param offset the first offset wanted, inclusive, 0 or more */
    record Offset(long offset) implements StartPosition {
        public Offset {
            if (offset < 0) {
                throw new IllegalArgumentException("offset " + offset);
            }
        }
    }

    /** The log's start. */
    record Earliest() implements StartPosition {}

    /** The end: what is committed after the position was found. */
    record Latest() implements StartPosition {}

    /**
     * The first record whose timestamp is this or later; the end where there is none.
     *
     * @param timestampMs milliseconds since the epoch, 0 or more
     */
    record Time(long timestampMs) implements StartPosition {
        public Time {
            if (timestampMs < 0) {
                throw new IllegalArgumentException("timestamp " + timestampMs + " ms");
            }
        }
    }

    static StartPosition offset(long offset) {
        return new Offset(offset);
    }

    static StartPosition earliest() {
        return new Earliest();
    }

    static StartPosition latest() {
        return new Latest();
    }

    static StartPosition time(long timestampMs) {
        return new Time(timestampMs);
    }
}
