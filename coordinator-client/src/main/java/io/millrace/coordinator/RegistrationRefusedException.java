package io.millrace.coordinator;

/** This process must not join: an operator has to look. Trying again changes nothing. */
public class RegistrationRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final Reason reason;

    /** Why it must not join. */
    public enum Reason {
        /** The data directory belongs to another cluster than the coordination service. */
        OTHER_CLUSTER,
        /** The data directory belongs to a cluster, and the coordination service knows of none: it lost its data. */
        CLUSTER_MISSING,
        /** The cluster was made by a newer Millrace, whose tree this one cannot read. */
        NEWER_FORMAT,
        /** The coordination service holds an older state than this broker has seen: it was put back from a copy (R36). */
        ROLLED_BACK
    }

    public RegistrationRefusedException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
