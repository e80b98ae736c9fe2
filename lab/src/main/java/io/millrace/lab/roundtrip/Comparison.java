package io.millrace.lab.roundtrip;

import io.millrace.lab.traffic.RecordSink;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Compares what comes back with the files that went in. Files may share a partition, and their lines may alternate in
 * it: order is judged within each file.
 */
public final class Comparison implements RecordSink {
    private final List<FileComparison> files = new ArrayList<>();
    private long foreign;

    /** Expects file {@code i} in partition {@code i mod partitions}. */
    public Comparison(List<? extends OriginalFile> originals, int partitions) {
        for (int i = 0; i < originals.size(); i++) {
            files.add(new FileComparison(originals.get(i), i % partitions));
        }
    }

    @Override
    public void accept(int partition, long offset, @Nullable ByteBuffer key, @Nullable ByteBuffer value)
            throws IOException {
        Optional<LineKey> named = LineKey.parse(key);
        if (named.isPresent() && isExpected(named.get(), partition)) {
            files.get(named.get().file()).onLine(named.get().line(), value);
        } else {
            foreign++;
        }
    }

    /** The verdict; call it once, after the last record. */
    public Report report() throws IOException {
        List<FileReport> reports = new ArrayList<>();
        for (FileComparison file : files) {
            reports.add(file.report());
        }
        return new Report(reports, foreign);
    }

    private boolean isExpected(LineKey key, int partition) {
        return key.file() < files.size()
                && files.get(key.file()).partition() == partition
                && files.get(key.file()).has(key.line());
    }
}
