package io.millrace.cli.lab;

import io.millrace.cli.shell.CommandFailure;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A file that is written when a run has ended: what keeps it from being written is told before the run begins. */
final class WrittenFile {
    private WrittenFile() {}

    /**
     * Creates nothing.
     *
     * @param file null where none is wanted
     */
    static void check(String option, @Nullable Path file) {
        if (file == null) {
            return;
        }
        Path folder = file.toAbsolutePath().normalize().getParent();
        if (Files.isDirectory(file)) {
            throw refusal(option + ": " + file + " is a directory");
        }
        if (folder == null || !Files.isDirectory(folder)) {
            throw refusal(option + ": there is no directory " + folder);
        }
        if (!Files.isWritable(Files.exists(file) ? file : folder)) {
            throw refusal(option + ": no permission to write " + file);
        }
    }

    private static CommandFailure refusal(String cause) {
        return CommandFailure.usage(cause, "Name a file that can be written.");
    }
}
