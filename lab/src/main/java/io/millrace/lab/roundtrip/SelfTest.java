package io.millrace.lab.roundtrip;

import io.millrace.lab.traffic.RecordSource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Shows that the comparison notices faults: plants each one in what really came back and looks at the verdict. */
public final class SelfTest {
    private final List<? extends OriginalFile> originals;
    private final int partitions;

    /** For the same files and partitions as the {@link Comparison} under test. */
    public SelfTest(List<? extends OriginalFile> originals, int partitions) {
        this.originals = originals;
        this.partitions = partitions;
    }

    /**
     * What the comparison said about one planted fault.
     *
     * @param victim the line where it was planted; empty where no line allows it
     * @param report empty where nothing was planted
     */
    public record Finding(Fault fault, Optional<LineKey> victim, Optional<Report> report) {

        /** Whether the fault was planted and reported as what it is. */
        public boolean isFound() {
            return report.isPresent() && fault.isWhatIsReportedIn(report.get());
        }
    }

    /** Replays the source once for each fault. It must be free of faults itself. */
    public List<Finding> run(RecordSource source) throws IOException {
        List<Finding> findings = new ArrayList<>();
        for (Fault fault : Fault.values()) {
            Optional<LineKey> victim = victimOf(fault);
            Optional<Report> report =
                    victim.isPresent() ? Optional.of(compare(source, fault, victim.get())) : Optional.empty();
            findings.add(new Finding(fault, victim, report));
        }
        return findings;
    }

    private Report compare(RecordSource source, Fault fault, LineKey victim) throws IOException {
        Comparison comparison = new Comparison(originals, partitions);
        source.replay(new FaultPlanter(fault, victim, comparison));
        return comparison.report();
    }

    /** A line in the middle of the longest file that allows the fault, where a fault is hardest to see by eye. */
    private Optional<LineKey> victimOf(Fault fault) throws IOException {
        Integer[] longestFirst = new Integer[originals.size()];
        Arrays.setAll(longestFirst, i -> i);
        Arrays.sort(
                longestFirst,
                (a, b) -> Integer.compare(
                        originals.get(b).lineCount(), originals.get(a).lineCount()));
        for (int file : longestFirst) {
            int lines = originals.get(file).lineCount();
            for (int i = 0; i < lines; i++) {
                int line = (lines / 2 + i) % lines;
                if (fault != Fault.SWAP || isOrderVisible(originals.get(file), line)) {
                    return Optional.of(new LineKey(file, line));
                }
            }
        }
        return Optional.empty();
    }

    /** Two equal neighbours that change places leave the file's bytes as they were. */
    private static boolean isOrderVisible(OriginalFile file, int line) throws IOException {
        if (line + 1 >= file.lineCount()) {
            return false;
        }
        byte[] first = file.line(line);
        byte[] second = file.line(line + 1);
        return !Arrays.equals(concat(first, second), concat(second, first));
    }

    private static byte[] concat(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }
}
