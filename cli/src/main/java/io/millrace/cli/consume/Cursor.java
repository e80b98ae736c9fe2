package io.millrace.cli.consume;

/** How far one partition was printed. Belongs to the main thread. */
final class Cursor {
    private final int partition;
    private final long end;
    private long position;

    /** {@code end} is exclusive. */
    Cursor(int partition, long position, long end) {
        this.partition = partition;
        this.position = position;
        this.end = end;
    }

    int partition() {
        return partition;
    }

    /** The next offset to print, inclusive. */
    long position() {
        return position;
    }

    long end() {
        return end;
    }

    boolean isAtEnd() {
        return position >= end;
    }

    void moveTo(long newPosition) {
        position = newPosition;
    }
}
