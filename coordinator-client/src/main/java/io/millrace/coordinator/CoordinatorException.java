package io.millrace.coordinator;

/** The coordination service could not be asked or did not answer; nothing is known beyond that. */
public class CoordinatorException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public CoordinatorException(String message) {
        super(message);
    }

    public CoordinatorException(String message, Throwable cause) {
        super(message, cause);
    }
}
