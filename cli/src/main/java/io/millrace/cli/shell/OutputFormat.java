package io.millrace.cli.shell;

/** How a command writes its result to stdout. */
public enum OutputFormat {
    /** For people: lines and tables. */
    TEXT,
    /** For programs: one JSON value, or one per line where results are a stream. */
    JSON
}
