package io.millrace.lab.simulation.seam;

/** A hash over everything that happened, in its order: equal for two runs that did the same. */
public final class TraceHash {

    private long hash = 0xCBF29CE484222325L;

    public void add(long value) {
        hash = (hash ^ value) * 0x100000001B3L;
        hash ^= hash >>> 29;
    }

    public long value() {
        return hash;
    }
}
