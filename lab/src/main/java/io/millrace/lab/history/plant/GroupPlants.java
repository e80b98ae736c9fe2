package io.millrace.lab.history.plant;

import io.millrace.lab.history.ClientEvent.Fetched;
import io.millrace.lab.history.GroupEvent.Assigned;
import io.millrace.lab.history.GroupEvent.Commit;
import io.millrace.lab.history.GroupEvent.CommitOk;
import io.millrace.lab.history.GroupEvent.Committed;
import io.millrace.lab.history.GroupEvent.CommittedOk;
import io.millrace.lab.history.HistoryEvent;
import io.millrace.lab.history.PartitionOffset;
import io.millrace.lab.history.Run;
import io.millrace.lab.history.Stamp;
import java.util.ArrayList;
import java.util.List;

/** Groups that lose or take what is not theirs. */
final class GroupPlants {

    private static final long OP = Long.MAX_VALUE;

    private GroupPlants() {}

    static boolean twoOwners(List<HistoryEvent> events) {
        return Edits.follow(
                events,
                Assigned.class,
                told -> !told.partitions().isEmpty(),
                told -> new Assigned(
                        Edits.intruder(told), told.group(), "intruder", told.generation(), told.partitions()));
    }

    static boolean commitByNonOwner(List<HistoryEvent> events) {
        int ok = stored(events);
        if (ok >= 0) {
            Commit by = question(events, (CommitOk) events.get(ok));
            Stamp at = Edits.intruder(events.get(ok));
            events.add(ok + 1, new Commit(at, OP, by.group(), "intruder", by.generation(), by.offsets(), false));
            events.add(ok + 2, new CommitOk(at, OP, by.group()));
        }
        return ok >= 0;
    }

    static boolean commitBack(List<HistoryEvent> events) {
        int ok = stored(events);
        if (ok >= 0) {
            PartitionOffset stored =
                    question(events, (CommitOk) events.get(ok)).offsets().get(0);
            String group = ((CommitOk) events.get(ok)).group();
            Stamp at = Edits.intruder(events.get(ok));
            events.add(ok + 1, new Committed(at, OP, group));
            events.add(
                    ok + 2,
                    new CommittedOk(
                            at, OP, group, List.of(new PartitionOffset(stored.partition(), stored.offset() - 1))));
        }
        return ok >= 0;
    }

    /** The first commit that was stored and went on, not back. */
    private static int stored(List<HistoryEvent> events) {
        return Edits.find(events, 0, CommitOk.class, ok -> {
            Commit asked = question(events, ok);
            return !asked.rewind() && asked.offsets().get(0).offset() > 0;
        });
    }

    private static Commit question(List<HistoryEvent> events, CommitOk ok) {
        int asked = Edits.find(
                events,
                0,
                Commit.class,
                one -> one.op() == ok.op() && one.at().process().equals(ok.at().process()));
        return (Commit) events.get(asked);
    }

    /** The group commits one more than it has read, and nobody asks for it later. */
    static boolean groupSkip(List<HistoryEvent> events) {
        int last = Edits.findLast(events, Commit.class, commit -> !commit.rewind());
        if (last < 0) {
            return false;
        }
        Commit commit = (Commit) events.get(last);
        PartitionOffset to = commit.offsets().get(0);
        boolean isThere =
                Edits.find(events, 0, Fetched.class, read -> Edits.has(read, to.partition(), to.offset())) >= 0;
        List<PartitionOffset> offsets = List.of(new PartitionOffset(to.partition(), to.offset() + 1));
        events.set(
                last,
                new Commit(
                        commit.at(),
                        commit.op(),
                        commit.group(),
                        commit.member(),
                        commit.generation(),
                        offsets,
                        false));
        return isThere;
    }

    /** A member that has just got a partition reads the last one again that was committed before. */
    static boolean redelivered(List<HistoryEvent> events) {
        Redelivery search = new Redelivery();
        for (int i = 0; i < events.size(); i++) {
            events.get(i).tell(search, i);
        }
        if (search.place() < 0) {
            return false;
        }
        Fetched read = (Fetched) events.get(search.place());
        long again = read.position() - 1;
        int before = Edits.find(events, 0, Fetched.class, other -> Edits.has(other, read.partition(), again));
        if (before < 0) {
            return false;
        }
        List<Run> records = new ArrayList<>();
        records.add(WritePlants.recordAt((Fetched) events.get(before), again));
        records.addAll(read.records());
        events.set(
                search.place(),
                new Fetched(
                        read.at(),
                        read.askedNs(),
                        read.partition(),
                        again,
                        read.highWatermark(),
                        read.leaderEpoch(),
                        records));
        return true;
    }
}
