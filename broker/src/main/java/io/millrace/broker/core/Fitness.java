package io.millrace.broker.core;

/** How well a broker that lives is at its work, the best first. */
public enum Fitness {
    /** Nothing is wrong that is known of. */
    FINE,
    /** Keeps what it has, and is given nothing that somebody who is fine can have: its disk was slow a while ago. */
    SLOW,
    /** Its disk stands still, or the controller and it are out of touch: others lead in its place wherever they can. */
    STALLED;

    public Fitness worse(Fitness other) {
        return compareTo(other) >= 0 ? this : other;
    }
}
