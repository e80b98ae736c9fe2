package io.millrace.broker.core.group;

import java.util.Collection;
import java.util.OptionalInt;

/**
 * Which broker coordinates a group: rendezvous hashing, so that everybody who knows the same brokers comes to the same
 * one, and a broker that goes or comes moves no groups but its own (Thaler and Ravishankar 1998).
 */
public final class Coordination {
    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    private Coordination() {}

    /** @param brokers ids of those that live; empty where there are none */
    public static OptionalInt coordinator(String group, Collection<Integer> brokers) {
        long name = FNV_OFFSET;
        for (int i = 0; i < group.length(); i++) {
            name = (name ^ group.charAt(i)) * FNV_PRIME;
        }
        OptionalInt best = OptionalInt.empty();
        long most = 0;
        for (int broker : brokers) {
            long weight = mixed(name + broker * 0x9e3779b97f4a7c15L);
            boolean isMore = best.isEmpty() || Long.compareUnsigned(weight, most) > 0;
            if (isMore || (weight == most && broker < best.getAsInt())) {
                best = OptionalInt.of(broker);
                most = weight;
            }
        }
        return best;
    }

    /** The finalizer of SplitMix64 (Steele, Lea and Flood 2014): each bit of the input changes half of the output's. */
    private static long mixed(long bits) {
        long mixed = (bits ^ (bits >>> 30)) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        return mixed ^ (mixed >>> 31);
    }
}
