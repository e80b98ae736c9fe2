package io.millrace.lab.run;

import io.millrace.client.MillraceException;

/** What a client was told of a failure, in one word. */
final class FailureWord {
    private static final String PREFIX = "ERROR_REASON_";

    private FailureWord() {}

    static String of(MillraceException failure) {
        return failure.kind() == MillraceException.Kind.REFUSED
                ? failure.reason().name().replaceFirst(PREFIX, "")
                : failure.kind().name();
    }
}
