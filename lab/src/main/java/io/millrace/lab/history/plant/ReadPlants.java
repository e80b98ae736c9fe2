package io.millrace.lab.history.plant;

import io.millrace.lab.history.ClientEvent.Fetched;
import io.millrace.lab.history.ClientEvent.ReadToEnd;
import io.millrace.lab.history.ClientEvent.Seek;
import io.millrace.lab.history.GroupEvent.Assigned;
import io.millrace.lab.history.HistoryEvent;
import io.millrace.lab.history.Run;
import java.util.ArrayList;
import java.util.List;

/** Readers that are given too little, too much or something else. */
final class ReadPlants {

    private ReadPlants() {}

    /** Two neighbours change places in one answer. */
    static boolean swapped(List<HistoryEvent> events) {
        int at = Edits.findLast(
                events,
                Fetched.class,
                read -> !Edits.isGone(events, read.partition())
                        && read.records().stream().anyMatch(run -> run.count() > 1));
        if (at < 0) {
            return false;
        }
        Fetched read = (Fetched) events.get(at);
        List<Run> records = new ArrayList<>();
        boolean isDone = false;
        for (Run run : read.records()) {
            if (isDone || run.count() < 2) {
                records.add(run);
                continue;
            }
            isDone = true;
            records.add(new Run(run.offset(), run.value() + 1, 1));
            records.add(new Run(run.offset() + 1, run.value(), 1));
            if (run.count() > 2) {
                records.add(new Run(run.offset() + 2, run.value() + 2, run.count() - 2));
            }
        }
        events.set(at, Edits.with(read, records));
        return true;
    }

    /** A whole answer is left out, that others were given. */
    static boolean pollSkip(List<HistoryEvent> events) {
        int at = Edits.find(events, 0, Fetched.class, read -> isInnermost(events, read));
        if (at >= 0) {
            events.remove(at);
        }
        return at >= 0;
    }

    /** One of a reader that is in no group and does not read to the end, with others of it before and behind. */
    private static boolean isInnermost(List<HistoryEvent> events, Fetched read) {
        int at = events.indexOf(read);
        return !read.records().isEmpty()
                && isFree(events, read)
                && !Edits.isGone(events, read.partition())
                && Edits.find(events, 0, Fetched.class, other -> follows(read, other)) < at
                && Edits.find(events, at + 1, Fetched.class, other -> follows(read, other)) > at
                && Edits.find(
                                events,
                                0,
                                Fetched.class,
                                other -> !isOf(read, other) && Edits.has(other, read.partition(), Edits.end(read) - 1))
                        >= 0;
    }

    private static boolean follows(Fetched read, Fetched other) {
        return isOf(read, other) && other.partition().equals(read.partition());
    }

    private static boolean isOf(HistoryEvent one, HistoryEvent other) {
        return one.at().process().equals(other.at().process());
    }

    private static boolean isFree(List<HistoryEvent> events, Fetched read) {
        return Edits.find(events, 0, Assigned.class, told -> isOf(read, told)) < 0
                && Edits.find(events, 0, ReadToEnd.class, end -> isOf(read, end)) < 0
                && Edits.find(events, 0, Seek.class, seek -> isOf(read, seek)) < 0;
    }

    /** The same answer comes twice. */
    static boolean pollBack(List<HistoryEvent> events) {
        return Edits.follow(
                events, Fetched.class, read -> !read.records().isEmpty() && isFree(events, read), read -> read);
    }

    /** A record within an answer is left out, that others were given. */
    static boolean innerSkip(List<HistoryEvent> events) {
        int at = Edits.find(
                events,
                0,
                Fetched.class,
                read -> Edits.hasInside(read, read.position() + 1)
                        && !Edits.isGone(events, read.partition())
                        && Edits.find(events, 0, ReadToEnd.class, end -> isOf(read, end)) < 0
                        && Edits.find(
                                        events,
                                        0,
                                        Fetched.class,
                                        other -> !isOf(read, other)
                                                && Edits.has(other, read.partition(), read.position() + 1))
                                >= 0);
        if (at >= 0) {
            Fetched read = (Fetched) events.get(at);
            events.set(at, Edits.with(read, Edits.without(read.records(), read.position() + 1)));
        }
        return at >= 0;
    }

    /** The first records of an answer come again at its end. */
    static boolean innerBack(List<HistoryEvent> events) {
        int at = Edits.find(events, 0, Fetched.class, read -> !read.records().isEmpty());
        if (at >= 0) {
            Fetched read = (Fetched) events.get(at);
            events.set(
                    at,
                    Edits.with(read, Edits.with(read.records(), read.records().get(0))));
        }
        return at >= 0;
    }

    static boolean aboveHighWatermark(List<HistoryEvent> events) {
        int at = Edits.find(events, 0, Fetched.class, read -> !read.records().isEmpty());
        if (at >= 0) {
            Fetched read = (Fetched) events.get(at);
            events.set(at, Edits.with(read, Edits.end(read) - 1, -1, read.records()));
        }
        return at >= 0;
    }

    static boolean highWatermarkBack(List<HistoryEvent> events) {
        return Edits.follow(
                events,
                Fetched.class,
                read -> read.highWatermark() > 0 && read.leaderEpoch() >= 0,
                read -> new Fetched(
                        Edits.intruder(read),
                        read.at().monoNs() + 1,
                        read.partition(),
                        0,
                        read.highWatermark() - 1,
                        Integer.MAX_VALUE,
                        List.of()));
    }
}
