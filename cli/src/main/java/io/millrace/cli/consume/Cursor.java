package io.millrace.cli.consume;

/** How far one partition was printed. Belongs to the main thread. */
final class Cursor {
    private final int partition;
    private final long end;
    private long position;
    private int leaderEpoch = -1;

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

    /** Of the leader that gave the last record; -1 before the first. */
    int leaderEpoch() {
        return leaderEpoch;
    }

    void moveTo(long newPosition, int newLeaderEpoch) {
        position = newPosition;
        leaderEpoch = newLeaderEpoch;
    }
}
