package io.millrace.lab.history.check;

import java.util.HashMap;
import java.util.Map;

/** Values that were read and that nobody had sent by then. */
final class UnsentReads {

    private final Findings findings;
    private final Map<Truth, Map<Long, Read>> reads = new HashMap<>();

    private record Read(long offset, long place) {}

    UnsentReads(Findings findings) {
        this.findings = findings;
    }

    void onRead(Truth truth, long offset, long value, long place) {
        reads.computeIfAbsent(truth, first -> new HashMap<>()).putIfAbsent(value, new Read(offset, place));
    }

    void onSent(Truth truth, long value, long place) {
        Map<Long, Read> of = reads.isEmpty() ? null : reads.get(truth);
        Read read = of == null ? null : of.remove(value);
        if (read != null) {
            findings.add(
                    Anomaly.PRECOMMITTED_READ,
                    truth + ": value " + value + " was read at offset " + read.offset() + " before it was sent",
                    read.place(),
                    place);
        }
    }

    void finish() {
        reads.forEach((truth, of) -> of.forEach((value, read) -> {
            if (!truth.isGone()) {
                findings.add(
                        Anomaly.UNSENT,
                        truth + ": value " + value + " was read at offset " + read.offset() + ", and nobody sent it",
                        read.place());
            }
        }));
    }
}
