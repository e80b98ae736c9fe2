package io.millrace.bench;

import io.millrace.bench.cluster.Durability;

/** A cluster and what its acknowledgements mean. */
enum Contestant {
    KAFKA("kafka", true, Durability.PAGE_CACHE),
    KAFKA_FSYNC("kafka flush.messages=1", true, Durability.FSYNC),
    MILLRACE_REPLICATED("millrace replicated", false, Durability.PAGE_CACHE),
    MILLRACE_FSYNC("millrace fsync", false, Durability.FSYNC);

    private final String words;
    private final boolean isKafka;
    private final Durability durability;

    Contestant(String words, boolean isKafka, Durability durability) {
        this.words = words;
        this.isKafka = isKafka;
        this.durability = durability;
    }

    String words() {
        return words;
    }

    boolean isKafka() {
        return isKafka;
    }

    Durability durability() {
        return durability;
    }
}
