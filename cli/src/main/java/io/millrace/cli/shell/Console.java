package io.millrace.cli.shell;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * The three standard streams of a command, and the wish to end it, handed to its constructor so that tests can look at them. {@code out} takes
 * bytes: what records hold is never decoded on its way to it. Text goes to both as UTF-8, whatever the locale says.
 */
public record Console(InputStream in, PrintStream out, PrintStream err, StopSignal stop) {
    private static final int OUT_BUFFER_BYTES = 1 << 16;

    public Console(InputStream in, PrintStream out, PrintStream err) {
        this(in, out, err, new StopSignal());
    }

    /** The process's own streams. {@code out} is buffered: whoever writes to it flushes it. */
    public static Console ofProcess() {
        OutputStream out = new FileOutputStream(FileDescriptor.out);
        OutputStream err = new FileOutputStream(FileDescriptor.err);
        return new Console(
                new FileInputStream(FileDescriptor.in),
                new PrintStream(new BufferedOutputStream(out, OUT_BUFFER_BYTES), false, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }
}
