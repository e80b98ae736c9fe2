package io.millrace.broker.server;

/** A broker cannot start as it was told to; the message says what stands in the way. */
public final class StartRefusedException extends Exception {
    private static final long serialVersionUID = 1;

    StartRefusedException(String message, Throwable cause) {
        super(message, cause);
    }
}
