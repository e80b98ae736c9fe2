package io.millrace.lab.history.plant;

import io.millrace.lab.history.Certainty;
import io.millrace.lab.history.ClientEvent.Failed;
import io.millrace.lab.history.ClientEvent.Fetched;
import io.millrace.lab.history.ClientEvent.Produce;
import io.millrace.lab.history.ClientEvent.ProduceOk;
import io.millrace.lab.history.ClientEvent.ReadToEnd;
import io.millrace.lab.history.HistoryEvent;
import io.millrace.lab.history.Partition;
import io.millrace.lab.history.Run;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Records that go astray, and writers that are told what is not so. */
final class WritePlants {

    private WritePlants() {}

    /** The record of one offset of an answer that has it. */
    static Run recordAt(Fetched event, long offset) {
        for (Run run : event.records()) {
            if (run.offset() <= offset && offset < run.endOffset()) {
                return new Run(offset, run.value() + offset - run.offset(), 1);
            }
        }
        throw new IllegalArgumentException("no offset " + offset + " in " + event);
    }

    /** A record that was acknowledged is given to nobody. */
    static boolean lost(List<HistoryEvent> events) {
        int ok = Edits.find(events, 0, ProduceOk.class, ack -> ack.committed() && isRead(events, ack, false));
        return ok >= 0 && drop(events, (ProduceOk) events.get(ok), false);
    }

    /** A record that was read is not there in the end. */
    static boolean vanished(List<HistoryEvent> events) {
        int ok = Edits.find(events, 0, ProduceOk.class, ack -> ack.committed() && isRead(events, ack, true));
        return ok >= 0 && drop(events, (ProduceOk) events.get(ok), true);
    }

    /** @param twice once by others than who reads to the end */
    private static boolean isRead(List<HistoryEvent> events, ProduceOk ack, boolean twice) {
        Partition partition = question(events, ack).partition();
        String last = lastReader(events, partition);
        return last != null
                && Edits.find(
                                events,
                                0,
                                Fetched.class,
                                read -> Edits.has(read, partition, ack.offset())
                                        && (!twice || !read.at().process().equals(last)))
                        >= 0;
    }

    private static boolean drop(List<HistoryEvent> events, ProduceOk ack, boolean onlyLast) {
        Partition partition = question(events, ack).partition();
        String last = lastReader(events, partition);
        for (int i = 0; i < events.size(); i++) {
            if (events.get(i) instanceof Fetched read
                    && read.partition().equals(partition)
                    && (!onlyLast || read.at().process().equals(last))) {
                events.set(i, Edits.with(read, Edits.without(read.records(), ack.offset())));
            }
        }
        return true;
    }

    static @Nullable String lastReader(List<HistoryEvent> events, Partition partition) {
        int end =
                Edits.find(events, 0, ReadToEnd.class, read -> read.partition().equals(partition));
        return end < 0 ? null : events.get(end).at().process();
    }

    static Produce question(List<HistoryEvent> events, ProduceOk ack) {
        int asked = Edits.find(
                events,
                0,
                Produce.class,
                one -> one.op() == ack.op()
                        && one.at().process().equals(ack.at().process()));
        return (Produce) events.get(asked);
    }

    /** Whoever reads to the end does not read a partition in which somebody else had not read all. */
    static boolean unseen(List<HistoryEvent> events) {
        int ok = Edits.findLast(events, ProduceOk.class, ack -> {
            Partition partition = question(events, ack).partition();
            String last = lastReader(events, partition);
            return ack.committed()
                    && last != null
                    && isReadOn(events, partition)
                    && Edits.find(
                                    events,
                                    0,
                                    Fetched.class,
                                    read -> Edits.has(read, partition, ack.offset())
                                            && !read.at().process().equals(last))
                            < 0;
        });
        if (ok < 0) {
            return false;
        }
        Partition partition = question(events, (ProduceOk) events.get(ok)).partition();
        String last = lastReader(events, partition);
        events.removeIf(event -> event.at().process().equals(last)
                && ((event instanceof Fetched read && read.partition().equals(partition))
                        || (event instanceof ReadToEnd end && end.partition().equals(partition))));
        return true;
    }

    /** Whether another partition is read to its end too: where none is, nobody promises to have read all. */
    private static boolean isReadOn(List<HistoryEvent> events, Partition partition) {
        return Edits.find(events, 0, ReadToEnd.class, end -> !end.partition().equals(partition)) >= 0;
    }

    /** The first acknowledgement becomes a refusal for certain. */
    static boolean aborted(List<HistoryEvent> events) {
        int ok = Edits.find(events, 0, ProduceOk.class, ack -> ack.committed() && isRead(events, ack, false));
        if (ok >= 0) {
            ProduceOk ack = (ProduceOk) events.get(ok);
            events.set(ok, new Failed(ack.at(), ack.op(), Certainty.DEFINITE, "PLANTED"));
        }
        return ok >= 0;
    }

    static boolean duplicate(List<HistoryEvent> events) {
        return append(events, false);
    }

    static boolean unsent(List<HistoryEvent> events) {
        return append(events, true);
    }

    /** One more record at the end of the log: one that nobody sent, or the first one again. */
    private static boolean append(List<HistoryEvent> events, boolean unsent) {
        int at = Edits.findLast(events, ReadToEnd.class, end -> end.endOffset() > 0);
        if (at < 0) {
            return false;
        }
        ReadToEnd end = (ReadToEnd) events.get(at);
        int first = Edits.find(
                events,
                0,
                Fetched.class,
                read -> read.partition().equals(end.partition())
                        && !read.records().isEmpty());
        long value = unsent
                ? Long.MAX_VALUE / 2
                : ((Fetched) events.get(first)).records().get(0).value();
        Run more = new Run(end.endOffset(), value, 1);
        events.add(
                at, new Fetched(end.at(), end.at().monoNs(), end.partition(), end.endOffset(), -1, -1, List.of(more)));
        return first >= 0;
    }

    /** Two writes of one producer get each other's number. */
    static boolean nonmonotonicSend(List<HistoryEvent> events) {
        int one = Edits.find(
                events,
                0,
                ProduceOk.class,
                ack -> ack.committed() && question(events, ack).ordered() && neighbour(events, ack) >= 0);
        if (one < 0) {
            return false;
        }
        ProduceOk before = (ProduceOk) events.get(one);
        int other = neighbour(events, before);
        ProduceOk after = (ProduceOk) events.get(other);
        Produce asked = question(events, before);
        Produce askedLater = question(events, after);
        events.set(events.indexOf(asked), renumbered(asked, after.op()));
        events.set(events.indexOf(askedLater), renumbered(askedLater, before.op()));
        events.set(one, renumbered(before, after.op()));
        events.set(other, renumbered(after, before.op()));
        return true;
    }

    /** The same producer's next acknowledged write to the partition. */
    private static int neighbour(List<HistoryEvent> events, ProduceOk ack) {
        Partition partition = question(events, ack).partition();
        return Edits.find(
                events,
                events.indexOf(ack) + 1,
                ProduceOk.class,
                next -> next.committed()
                        && next.at().process().equals(ack.at().process())
                        && question(events, next).partition().equals(partition));
    }

    private static Produce renumbered(Produce event, long op) {
        return new Produce(event.at(), op, event.partition(), event.value(), event.count(), event.ordered());
    }

    private static ProduceOk renumbered(ProduceOk event, long op) {
        return new ProduceOk(event.at(), op, event.offset(), event.leaderEpoch(), event.committed());
    }

    /** A write is sent after the next one was acknowledged behind it, and nobody had read it until then. */
    static boolean realTime(List<HistoryEvent> events) {
        int one = Edits.find(events, 0, ProduceOk.class, ack -> {
            List<HistoryEvent> before = untilRead(events, ack);
            int next = ack.committed() && before.contains(ack) ? neighbour(before, ack) : -1;
            // Answers overtake each other: the next one may lie before this one.
            return next >= 0 && ((ProduceOk) events.get(next)).offset() > ack.offset();
        });
        if (one < 0) {
            return false;
        }
        ProduceOk ack = (ProduceOk) events.get(one);
        HistoryEvent next = events.get(neighbour(events, ack));
        Produce asked = question(events, ack);
        events.remove(ack);
        events.remove(asked);
        events.add(events.indexOf(next) + 1, asked);
        events.add(events.indexOf(next) + 2, ack);
        return true;
    }

    /** What lies before the next answer to a reader of the partition, counted from when it was sent: a record may be read before its writer has heard of it. */
    private static List<HistoryEvent> untilRead(List<HistoryEvent> events, ProduceOk ack) {
        Produce asked = question(events, ack);
        int read = Edits.find(
                events,
                events.indexOf(asked),
                Fetched.class,
                some -> some.partition().equals(asked.partition()));
        return read < 0 ? events : events.subList(0, read);
    }

    /** A write is sent after it was read first, and never answered. */
    static boolean precommitted(List<HistoryEvent> events) {
        int ok = Edits.find(events, 0, ProduceOk.class, ack -> ack.committed() && isRead(events, ack, false));
        if (ok < 0) {
            return false;
        }
        ProduceOk ack = (ProduceOk) events.get(ok);
        Produce asked = question(events, ack);
        HistoryEvent read = events.get(
                Edits.find(events, 0, Fetched.class, some -> Edits.has(some, asked.partition(), ack.offset())));
        events.remove(ack);
        events.remove(asked);
        events.add(events.indexOf(read) + 1, asked);
        return true;
    }
}
