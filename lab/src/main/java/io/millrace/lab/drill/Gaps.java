package io.millrace.lab.drill;

import java.util.List;
import java.util.OptionalLong;

/**
 * How long writes stood still, a time for each round that shows one.
 *
 * @param ms ascending
 */
public record Gaps(List<Long> ms) {
    public Gaps {
        ms = ms.stream().sorted().toList();
    }

    /** The upper one; empty where there is none. */
    public OptionalLong median() {
        return ms.isEmpty() ? OptionalLong.empty() : OptionalLong.of(ms.get(ms.size() / 2));
    }

    /** Empty where there is none. */
    public OptionalLong longest() {
        return ms.isEmpty() ? OptionalLong.empty() : OptionalLong.of(ms.get(ms.size() - 1));
    }
}
