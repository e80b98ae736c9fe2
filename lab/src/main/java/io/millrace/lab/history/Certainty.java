package io.millrace.lab.history;

/** What a failure says of what was asked for. */
public enum Certainty {
    /** It was not done and will not be. */
    DEFINITE,
    /** It may have been done, or may be yet. */
    INDETERMINATE
}
