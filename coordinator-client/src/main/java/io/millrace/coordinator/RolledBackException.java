package io.millrace.coordinator;

/** The tree is older than it is known to have been: whoever stands for controller must not govern by it (R36). */
final class RolledBackException extends RuntimeException {
    private static final long serialVersionUID = 1;

    RolledBackException(int controllerEpoch, int seen) {
        super("the coordination service was put back to an older state: its controllerEpoch is " + controllerEpoch
                + ", and " + seen + " has been seen");
    }
}
