package io.millrace.broker.log;

/** The bytes at a place of a segment are not the batch that has to be there. What that means depends on who reads. */
final class BadBatchException extends Exception {
    private static final long serialVersionUID = 1;

    private final long position;
    private final long offset;

    /** @param position in the segment's file */
    BadBatchException(long position, long offset, String what) {
        super(what);
        this.position = position;
        this.offset = offset;
    }

    long position() {
        return position;
    }

    long offset() {
        return offset;
    }
}
