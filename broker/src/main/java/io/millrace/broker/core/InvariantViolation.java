package io.millrace.broker.core;

/**
 * Something that must never be, is. Never caught and answered: it goes to the fault handler, which stops the broker
 * before it can do harm. The message begins with the invariant's id in docs/INVARIANTS.md.
 */
public final class InvariantViolation extends RuntimeException {
    private static final long serialVersionUID = 1;

    public InvariantViolation(String id, String what) {
        super(id + ": " + what);
    }

    /** Throws unless {@code holds}. */
    public static void check(boolean holds, String id, String what) {
        if (!holds) {
            throw new InvariantViolation(id, what);
        }
    }
}
