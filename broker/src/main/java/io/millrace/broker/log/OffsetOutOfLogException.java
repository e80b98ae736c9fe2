package io.millrace.broker.log;

/** The log does not reach there: below its start or beyond its end. */
public final class OffsetOutOfLogException extends Exception {
    private static final long serialVersionUID = 1;

    private final long logStartOffset;
    private final long logEndOffset;

    OffsetOutOfLogException(long offset, long logStartOffset, long logEndOffset) {
        super("offset " + offset + " is not within " + logStartOffset + " and " + logEndOffset);
        this.logStartOffset = logStartOffset;
        this.logEndOffset = logEndOffset;
    }

    /** Inclusive, as it was when the offset was refused. */
    public long logStartOffset() {
        return logStartOffset;
    }

    /** Exclusive, as it was when the offset was refused. */
    public long logEndOffset() {
        return logEndOffset;
    }
}
