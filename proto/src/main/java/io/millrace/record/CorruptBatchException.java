package io.millrace.record;

/** Bytes that should be a record batch cannot be read as one. */
public final class CorruptBatchException extends RuntimeException {
    private static final long serialVersionUID = 1;

    // Transient because defects are not serializable and nobody serializes these exceptions.
    private final transient BatchDefect defect;

    public CorruptBatchException(BatchDefect defect) {
        super(defect.toString());
        this.defect = defect;
    }

    public CorruptBatchException(BatchDefect defect, Throwable cause) {
        super(defect.toString(), cause);
        this.defect = defect;
    }

    static CorruptBatchException malformed(String what) {
        return new CorruptBatchException(new BatchDefect(BatchDefect.Kind.MALFORMED, what));
    }

    static CorruptBatchException tooLarge(String what) {
        return new CorruptBatchException(new BatchDefect(BatchDefect.Kind.TOO_LARGE, what));
    }

    static CorruptBatchException inflatesBeyond(long maxInflatedBytes) {
        return tooLarge("the batch inflates to more than " + maxInflatedBytes + " bytes");
    }

    public BatchDefect defect() {
        return defect;
    }
}
