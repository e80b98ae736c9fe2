package io.millrace.broker.log;

/** The data directory cannot be used; the message says why, in words for an operator. */
public final class DataDirectoryException extends Exception {
    private static final long serialVersionUID = 1;

    DataDirectoryException(String what) {
        super(what);
    }

    DataDirectoryException(String what, Throwable cause) {
        super(what, cause);
    }
}
