package io.millrace.cli.shell;

/** What the process tells its caller. Part of the command's contract: scripts branch on them. */
public final class ExitCodes {
    public static final int OK = 0;
    /** The work was not, or not wholly, done. */
    public static final int FAILED = 1;
    /** The command line is wrong; nothing was tried. */
    public static final int USAGE = 2;
    /** No broker answered. */
    public static final int UNREACHABLE = 3;
    /** The cluster answered, and refused. */
    public static final int REFUSED = 4;

    private ExitCodes() {}
}
