package io.millrace.lab.history;

/** How large numbers of a history can be: a checker takes time and room for each record that an event tells of. */
final class Bounds {
    /** Records in one event or run; clients send, and are given, thousands at a time. */
    static final int MAX_COUNT = 1_000_000;

    private static final long MAX_FIRST = Long.MAX_VALUE - MAX_COUNT;

    private Bounds() {}

    /** Throws {@link IllegalArgumentException} where no log has this offset. */
    static void checkOffset(long offset) {
        if (offset < 0 || offset > MAX_FIRST) {
            throw new IllegalArgumentException("an offset is 0 to " + MAX_FIRST + ", not " + offset);
        }
    }

    /** Throws {@link IllegalArgumentException} where these are not so many values that follow each other. */
    static void checkValues(long first, int count) {
        if (count < 1 || count > MAX_COUNT) {
            throw new IllegalArgumentException("a count is 1 to " + MAX_COUNT + ", not " + count);
        }
        if (first > MAX_FIRST) {
            throw new IllegalArgumentException("a value is at most " + MAX_FIRST + ", not " + first);
        }
    }
}
