package io.millrace.record;

/**
 * What is wrong with a batch.
 *
 * @param what one clause in plain words for the sender of the batch; holds no record data
 */
public record BatchDefect(Kind kind, String what) {

    /** Coarse enough for an error code each. */
    public enum Kind {
        /** Breaks the layout, or its parts contradict each other. */
        MALFORMED,
        /** The bytes do not match their checksum. */
        CRC_MISMATCH,
        /** The batch, one of its records, or what it inflates to is beyond a limit. */
        TOO_LARGE,
        /** The codec has no meaning or cannot be read here. */
        UNSUPPORTED_CODEC
    }

    @Override
    public String toString() {
        return kind + ": " + what;
    }
}
