package io.millrace.lab.history.check;

import io.millrace.lab.history.HistoryEvent;
import io.millrace.lab.history.HistoryListener;
import io.millrace.lab.history.HistoryReader;
import io.millrace.lab.history.HistorySink;
import io.millrace.lab.history.Places;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;

/** Checks one history: give it all events in their order, then ask for the report once. */
public final class HistoryCheck implements HistorySink {

    private final Findings findings = new Findings();
    private final Counts counts = new Counts();
    private final Silences silences = new Silences();
    private final Truths truths = new Truths();
    private final UnsentReads unsent = new UnsentReads(findings);
    private final Holes holes = new Holes(findings);
    private final ReadCheck reads = new ReadCheck(truths, unsent, counts, holes, findings);
    private final List<HistoryListener> checks = List.of(
            truths,
            new ProduceCheck(truths, unsent, counts, silences, findings),
            reads,
            new PollCheck(truths, holes, findings),
            new GroupCheck(truths, counts, holes, findings),
            new BrokerCheck(counts, findings));

    /**
     * Checks what is in these files together.
     *
     * @throws IOException where a file cannot be read or is no history
     * @throws IllegalArgumentException where its values are not unique
     */
    public static HistoryReport check(List<Path> files) throws IOException {
        HistoryCheck check = new HistoryCheck();
        HistoryReader.read(files, check::add);
        return check.report(new Places(files));
    }

    /** Checks events that are in no file: their places are counted from line 1. */
    public static HistoryReport check(Iterable<HistoryEvent> events) {
        HistoryCheck check = new HistoryCheck();
        events.forEach(check::add);
        return check.report(new Places(List.of()));
    }

    @Override
    public void add(HistoryEvent event) {
        add(event, counts.events + 1);
    }

    void add(HistoryEvent event, long place) {
        counts.events++;
        for (HistoryListener check : checks) {
            event.tell(check, place);
        }
    }

    HistoryReport report(Places places) {
        reads.finish();
        unsent.finish();
        EnumMap<Anomaly, Long> found = new EnumMap<>(Anomaly.class);
        found.putAll(findings.counts());
        return new HistoryReport(
                counts.events,
                counts.sent,
                counts.acknowledged,
                counts.refused,
                counts.indeterminate,
                counts.sent - counts.acknowledged - counts.refused - counts.indeterminate,
                counts.read,
                counts.commits,
                counts.elections,
                Collections.unmodifiableMap(found),
                findings.kept(),
                silences.report(),
                places);
    }
}
