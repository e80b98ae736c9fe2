package io.millrace.lab.history.check;

import io.millrace.lab.history.ClientEvent.Fetched;
import io.millrace.lab.history.ClientEvent.Seek;
import io.millrace.lab.history.GroupEvent.Assigned;
import io.millrace.lab.history.GroupEvent.Joined;
import io.millrace.lab.history.GroupEvent.Left;
import io.millrace.lab.history.GroupEvent.Revoked;
import io.millrace.lab.history.HistoryListener;
import io.millrace.lab.history.Partition;
import io.millrace.lab.history.Run;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** S6: one consumer's answers follow each other, from when it gets a partition until it loses it or goes elsewhere. */
final class PollCheck implements HistoryListener {

    private final Truths truths;
    private final Holes holes;
    private final Findings findings;
    private final Map<String, Map<Partition, Last>> lasts = new HashMap<>();
    private final Map<String, Set<Partition>> held = new HashMap<>();

    private record Last(long next, long place) {}

    PollCheck(Truths truths, Holes holes, Findings findings) {
        this.truths = truths;
        this.holes = holes;
        this.findings = findings;
    }

    @Override
    public void on(Fetched event, long place) {
        Map<Partition, Last> own = own(event.at().process());
        Last last = own.get(event.partition());
        Truth truth = truths.of(event.partition());
        if (last != null && event.position() > last.next()) {
            holes.add(
                    truth,
                    Anomaly.POLL_SKIP,
                    last.next(),
                    event.position(),
                    event.at().process(),
                    place);
        } else if (last != null && event.position() < last.next() && !truth.isGone()) {
            findings.add(
                    Anomaly.NONMONOTONIC_POLL,
                    truth + ": " + event.at().process() + " was given all below offset " + last.next()
                            + " and reads on from " + event.position(),
                    last.place(),
                    place);
        }
        long next = event.position();
        for (Run run : event.records()) {
            next = Math.max(next, run.endOffset());
        }
        own.put(event.partition(), new Last(next, place));
    }

    private Map<Partition, Last> own(String process) {
        return lasts.computeIfAbsent(process, first -> new HashMap<>());
    }

    @Override
    public void on(Seek event, long place) {
        own(event.at().process()).put(event.partition(), new Last(event.offset(), place));
    }

    @Override
    public void on(Assigned event, long place) {
        Set<Partition> before = held.computeIfAbsent(event.at().process(), first -> new HashSet<>());
        for (Partition partition : event.partitions()) {
            if (before.add(partition)) {
                own(event.at().process()).remove(partition);
            }
        }
    }

    @Override
    public void on(Revoked event, long place) {
        event.partitions().forEach(partition -> {
            own(event.at().process()).remove(partition);
            held.getOrDefault(event.at().process(), new HashSet<>()).remove(partition);
        });
    }

    @Override
    public void on(Joined event, long place) {
        lasts.remove(event.at().process());
        held.remove(event.at().process());
    }

    @Override
    public void on(Left event, long place) {
        lasts.remove(event.at().process());
        held.remove(event.at().process());
    }
}
