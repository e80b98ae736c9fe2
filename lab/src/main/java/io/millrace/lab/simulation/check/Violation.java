package io.millrace.lab.simulation.check;

/** An invariant does not hold. The message begins with its id in docs/INVARIANTS.md. */
public final class Violation extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String id;

    public Violation(String id, String what) {
        super(id + ": " + what);
        this.id = id;
    }

    public String id() {
        return id;
    }

    static void check(boolean holds, String id, String what) {
        if (!holds) {
            throw new Violation(id, what);
        }
    }
}
