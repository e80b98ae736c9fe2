package io.millrace.broker.log;

/** Bytes that had been on disk, and may have been acknowledged, are not what they were. Nothing was cut. */
public final class CorruptLogException extends LogFailedException {
    private static final long serialVersionUID = 1;

    private final long offset;

    CorruptLogException(String what, long offset) {
        super(what);
        this.offset = offset;
    }

    /** First offset that cannot be vouched for; all below it was read whole, or not read. */
    public long offset() {
        return offset;
    }
}
