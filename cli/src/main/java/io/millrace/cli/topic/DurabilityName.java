package io.millrace.cli.topic;

import io.millrace.proto.v1.Durability;

/** The contract's durabilities as they are written on a command line. */
enum DurabilityName {
    FSYNC("fsync", Durability.DURABILITY_FSYNC),
    REPLICATED("replicated", Durability.DURABILITY_REPLICATED);

    private final String word;
    private final Durability durability;

    DurabilityName(String word, Durability durability) {
        this.word = word;
        this.durability = durability;
    }

    Durability durability() {
        return durability;
    }

    static String of(Durability durability) {
        return switch (durability) {
            case DURABILITY_UNSPECIFIED, DURABILITY_FSYNC -> FSYNC.word;
            case DURABILITY_REPLICATED -> REPLICATED.word;
            case UNRECOGNIZED -> "unknown to this command";
        };
    }

    /** What picocli shows and reads. */
    @Override
    public String toString() {
        return word;
    }
}
