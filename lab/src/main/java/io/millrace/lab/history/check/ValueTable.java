package io.millrace.lab.history.check;

import java.util.Arrays;

/** What became of each value that was sent: a hash table of primitives, since there are millions of them. */
final class ValueTable {

    /** Nobody sent it. */
    static final long UNKNOWN = -1;
    /** Nothing is known but that it was sent. */
    static final long SENT = -2;
    /** Its writer was told for certain that it is not stored. */
    static final long REFUSED = -3;

    private long[] keys = new long[1 << 10];
    private long[] states = new long[1 << 10];
    private long[] sentAt = new long[1 << 10];
    private int size;

    ValueTable() {
        Arrays.fill(states, UNKNOWN);
    }

    /** The value is sent. False where it was before. */
    boolean send(long value, long place) {
        int slot = slot(value);
        if (states[slot] != UNKNOWN) {
            return false;
        }
        keys[slot] = value;
        states[slot] = SENT;
        sentAt[slot] = place;
        size++;
        if (size > keys.length / 4 * 3) {
            grow();
        }
        return true;
    }

    /** Its first offset, or one of the other states. */
    long state(long value) {
        return states[slot(value)];
    }

    /** Where it was sent, {@link io.millrace.lab.history.Places#NONE} for those that were not. */
    long sentAt(long value) {
        return sentAt[slot(value)];
    }

    /** It lies at {@code offset}. Of values that nobody sent nothing is kept, and of others the first offset. */
    void store(long value, long offset) {
        int slot = slot(value);
        if (states[slot] == SENT) {
            states[slot] = offset;
        }
    }

    void refuse(long value) {
        int slot = slot(value);
        if (states[slot] == SENT) {
            states[slot] = REFUSED;
        }
    }

    private int slot(long value) {
        int mask = keys.length - 1;
        int slot = (int) ((value * 0x9E3779B97F4A7C15L) >>> 32) & mask;
        while (states[slot] != UNKNOWN && keys[slot] != value) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private void grow() {
        long[] oldKeys = keys;
        long[] oldStates = states;
        long[] oldSentAt = sentAt;
        keys = new long[oldKeys.length * 2];
        states = new long[oldKeys.length * 2];
        sentAt = new long[oldKeys.length * 2];
        Arrays.fill(states, UNKNOWN);
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldStates[i] != UNKNOWN) {
                int slot = slot(oldKeys[i]);
                keys[slot] = oldKeys[i];
                states[slot] = oldStates[i];
                sentAt[slot] = oldSentAt[i];
            }
        }
    }
}
