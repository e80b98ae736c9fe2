package io.millrace.broker.log;

/** The log cannot go on: its disk failed, its bytes are damaged, or it was closed. The message says which. */
public class LogFailedException extends Exception {
    private static final long serialVersionUID = 1;

    LogFailedException(String what) {
        super(what);
    }

    LogFailedException(String what, Throwable cause) {
        super(what, cause);
    }
}
