package io.millrace.lab.history.plant;

import io.millrace.lab.history.BrokerEvent.TopicGone;
import io.millrace.lab.history.ClientEvent.Fetched;
import io.millrace.lab.history.HistoryEvent;
import io.millrace.lab.history.Partition;
import io.millrace.lab.history.Run;
import io.millrace.lab.history.Stamp;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;

/** What planters do to histories. */
final class Edits {

    private Edits() {}

    static List<Run> without(List<Run> runs, long offset) {
        List<Run> left = new ArrayList<>();
        for (Run run : runs) {
            if (offset < run.offset() || offset >= run.endOffset()) {
                left.add(run);
                continue;
            }
            int before = (int) (offset - run.offset());
            if (before > 0) {
                left.add(new Run(run.offset(), run.value(), before));
            }
            if (before < run.count() - 1) {
                left.add(new Run(offset + 1, run.value() + before + 1, run.count() - before - 1));
            }
        }
        return left;
    }

    static List<Run> with(List<Run> runs, Run last) {
        List<Run> more = new ArrayList<>(runs);
        more.add(last);
        return more;
    }

    static Fetched with(Fetched event, long highWatermark, int leaderEpoch, List<Run> records) {
        return new Fetched(
                event.at(), event.askedNs(), event.partition(), event.position(), highWatermark, leaderEpoch, records);
    }

    static Fetched with(Fetched event, List<Run> records) {
        return with(event, event.highWatermark(), event.leaderEpoch(), records);
    }

    static boolean has(Fetched event, Partition partition, long offset) {
        return event.partition().equals(partition)
                && event.records().stream().anyMatch(run -> run.offset() <= offset && offset < run.endOffset());
    }

    static long end(Fetched event) {
        List<Run> runs = event.records();
        return runs.isEmpty() ? event.position() : runs.get(runs.size() - 1).endOffset();
    }

    /** Not at the edges of the answer. */
    static boolean hasInside(Fetched event, long offset) {
        return has(event, event.partition(), offset) && offset > event.position() && offset < end(event) - 1;
    }

    /** Whether its topic is deleted some day: then it does not matter what was missing there. */
    static boolean isGone(List<HistoryEvent> events, Partition partition) {
        return find(events, 0, TopicGone.class, gone -> gone.topic().equals(partition.topic())) >= 0;
    }

    /** At the same time, by somebody else. */
    static Stamp intruder(HistoryEvent event) {
        return new Stamp("intruder", event.at().wallMs(), event.at().monoNs());
    }

    /** Index of the first event from {@code from} on that is of this kind and fits; -1 for none. */
    static <E extends HistoryEvent> int find(List<HistoryEvent> events, int from, Class<E> kind, Predicate<E> fits) {
        for (int i = from; i < events.size(); i++) {
            if (kind.isInstance(events.get(i)) && fits.test(kind.cast(events.get(i)))) {
                return i;
            }
        }
        return -1;
    }

    /** The same from the end on. */
    static <E extends HistoryEvent> int findLast(List<HistoryEvent> events, Class<E> kind, Predicate<E> fits) {
        for (int i = events.size() - 1; i >= 0; i--) {
            if (kind.isInstance(events.get(i)) && fits.test(kind.cast(events.get(i)))) {
                return i;
            }
        }
        return -1;
    }

    /** Puts one more event behind the first one that fits. */
    static <E extends HistoryEvent> boolean follow(
            List<HistoryEvent> events, Class<E> kind, Predicate<E> fits, Function<E, HistoryEvent> next) {
        int at = find(events, 0, kind, fits);
        if (at >= 0) {
            events.add(at + 1, next.apply(kind.cast(events.get(at))));
        }
        return at >= 0;
    }
}
