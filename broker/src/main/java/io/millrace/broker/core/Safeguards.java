package io.millrace.broker.core;

import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/** The rules that are on: all of them, but in tests that take one away. Immutable. */
public final class Safeguards {

    public static final Safeguards ALL = new Safeguards(EnumSet.noneOf(Safeguard.class));

    private final Set<Safeguard> off;

    private Safeguards(Set<Safeguard> off) {
        this.off = Collections.unmodifiableSet(off);
    }

    /** All but {@code off}: for tests and for simulated clusters. */
    public static Safeguards without(Safeguard... off) {
        EnumSet<Safeguard> set = EnumSet.noneOf(Safeguard.class);
        set.addAll(Arrays.asList(off));
        return new Safeguards(set);
    }

    public boolean has(Safeguard safeguard) {
        return !off.contains(safeguard);
    }

    @Override
    public String toString() {
        return off.isEmpty() ? "all" : "all but " + off;
    }
}
