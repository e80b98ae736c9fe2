package io.millrace.lab.simulation.seam;

import java.util.List;
import java.util.Random;

/** What is left to chance, drawn from a seed: the same seed gives the same draws in every JVM. */
public final class Chance {

    private final long seed;
    private final Random random;

    public Chance(long seed) {
        this.seed = seed;
        this.random = new Random(seed);
    }

    /** Draws of their own for one use, so that one use more or less does not change all others. */
    public Chance forUse(String use) {
        return new Chance(seed * 0x9E3779B97F4A7C15L + use.hashCode());
    }

    /** From {@code low} to {@code high}, both inclusive. */
    public long between(long low, long high) {
        return low + Math.floorMod(random.nextLong(), high - low + 1);
    }

    public int between(int low, int high) {
        return low + random.nextInt(high - low + 1);
    }

    /** True in one of {@code n} draws. */
    public boolean oneIn(int n) {
        return random.nextInt(n) == 0;
    }

    /** True in so many of a thousand draws. */
    public boolean perMille(int n) {
        return random.nextInt(1000) < n;
    }

    public <T> T oneOf(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    /** For code that asks for the JDK's own. */
    public Random random() {
        return random;
    }
}
