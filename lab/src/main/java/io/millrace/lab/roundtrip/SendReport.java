package io.millrace.lab.roundtrip;

import java.util.List;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * What became of all files on their way in.
 *
 * @param files in the order given
 * @param kill null where no leader was killed
 */
public record SendReport(
        String topic, List<SentFile> files, @Nullable KillReport kill) {

    public SendReport {
        files = List.copyOf(files);
    }

    /** One figure over all files. */
    public long total(ToLongFunction<SentFile> figure) {
        return files.stream().mapToLong(figure).sum();
    }

    /** Whether every line of every file was acknowledged. */
    public boolean isComplete() {
        return total(SentFile::acknowledged) == total(SentFile::lines);
    }
}
