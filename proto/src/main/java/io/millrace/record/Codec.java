package io.millrace.record;

/** How the records of a batch are compressed. */
public enum Codec {
    NONE(0),
    GZIP(1),
    SNAPPY(2),
    LZ4(3),
    ZSTD(4);

    private static final Codec[] BY_ID = values();

    private final int id;

    Codec(int id) {
        this.id = id;
    }

    /** The number in the lowest three bits of a batch's attributes. */
    public int id() {
        return id;
    }

    /** @throws CorruptBatchException if no codec has the id, with the kind UNSUPPORTED_CODEC */
    public static Codec ofId(int id) {
        if (id < 0 || id >= BY_ID.length) {
            throw new CorruptBatchException(
                    new BatchDefect(BatchDefect.Kind.UNSUPPORTED_CODEC, "codec id " + id + " has no meaning"));
        }
        return BY_ID[id];
    }
}
