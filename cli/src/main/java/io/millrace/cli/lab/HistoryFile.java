package io.millrace.cli.lab;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where the history of a run is written.
 *
 * @param isWanted whether somebody named the file; else it is kept only where something was found
 */
record HistoryFile(Path path, boolean isWanted) {

    /** @param named null for a temporary one */
    static HistoryFile at(@Nullable Path named) throws IOException {
        return named == null
                ? new HistoryFile(Files.createTempFile("millrace-lab-", ".jsonl"), false)
                : new HistoryFile(named, true);
    }

    /** The run was not finished: says where it is, or deletes it where nothing was written. */
    void onFailure(PrintStream out) throws IOException {
        if (Files.exists(path) && Files.size(path) > 0) {
            onEnd(false, out);
        } else if (!isWanted) {
            Files.deleteIfExists(path);
        }
    }

    /** Says where it is, or deletes it. */
    void onEnd(boolean isGood, PrintStream out) throws IOException {
        if (isGood && !isWanted) {
            Files.delete(path);
        } else {
            out.println("History: " + path + " (to be read by `millrace lab check`)");
        }
    }
}
