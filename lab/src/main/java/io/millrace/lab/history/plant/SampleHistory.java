package io.millrace.lab.history.plant;

import io.millrace.lab.history.BrokerEvent.Appended;
import io.millrace.lab.history.BrokerEvent.HighWatermark;
import io.millrace.lab.history.BrokerEvent.Leading;
import io.millrace.lab.history.BrokerEvent.StateRecorded;
import io.millrace.lab.history.BrokerEvent.Truncated;
import io.millrace.lab.history.Certainty;
import io.millrace.lab.history.ClientEvent.Failed;
import io.millrace.lab.history.ClientEvent.Fetched;
import io.millrace.lab.history.ClientEvent.Produce;
import io.millrace.lab.history.ClientEvent.ProduceOk;
import io.millrace.lab.history.ClientEvent.ReadToEnd;
import io.millrace.lab.history.GroupEvent.Assigned;
import io.millrace.lab.history.GroupEvent.Commit;
import io.millrace.lab.history.GroupEvent.CommitOk;
import io.millrace.lab.history.GroupEvent.Committed;
import io.millrace.lab.history.GroupEvent.CommittedOk;
import io.millrace.lab.history.GroupEvent.Joined;
import io.millrace.lab.history.GroupEvent.Left;
import io.millrace.lab.history.GroupEvent.Revoked;
import io.millrace.lab.history.HistoryEvent;
import io.millrace.lab.history.HistorySink;
import io.millrace.lab.history.Partition;
import io.millrace.lab.history.PartitionOffset;
import io.millrace.lab.history.Runs;
import io.millrace.lab.history.Stamp;
import java.util.ArrayList;
import java.util.List;

/**
 * What a cluster without fault tells: writers of which some fail, a reader, a group whose members change places again and
 * again, a leader that moves, and at the end somebody who reads everything. Always the same for the same size.
 */
public final class SampleHistory {

    private static final int BATCH = 3;
    private static final int TERM = 10;
    private static final long WALL_START_MS = 1_700_000_000_000L;

    private final HistorySink sink;
    private final List<Log> logs = new ArrayList<>();
    private long nowNs;
    private long op;
    private long nextValue = 1;
    private long generation;

    /** One partition. */
    private static final class Log {
        final Partition partition;
        final List<Long> values = new ArrayList<>();
        int leaderEpoch;
        long read;
        long groupRead;

        Log(Partition partition) {
            this.partition = partition;
        }
    }

    private SampleHistory(HistorySink sink, int partitions) {
        this.sink = sink;
        for (int i = 0; i < partitions; i++) {
            logs.add(new Log(new Partition("sample", i)));
        }
    }

    /**
     * Tells one.
     *
     * @param rounds in each of which three records are written to each partition
     */
    public static void tell(HistorySink sink, int partitions, int rounds) {
        new SampleHistory(sink, partitions).tell(rounds);
    }

    /** A small one. */
    public static List<HistoryEvent> events() {
        List<HistoryEvent> events = new ArrayList<>();
        tell(events::add, 2, 4 * TERM);
        return events;
    }

    private Stamp at(String process) {
        nowNs += 100_000;
        return new Stamp(process, WALL_START_MS + nowNs / 1_000_000, nowNs);
    }

    private void tell(int rounds) {
        for (int member = 0; member < logs.size(); member++) {
            sink.add(new Joined(at(member(member)), "group", member(member)));
        }
        for (int round = 0; round < rounds; round++) {
            if (round % TERM == 0) {
                logs.forEach(this::elect);
                changePlaces();
            }
            for (Log log : logs) {
                write(log, round);
                if (round % 2 == 1) {
                    log.read = fetch("reader", log, log.read);
                    readAsGroup(log);
                }
            }
        }
        end();
    }

    private void elect(Log log) {
        log.leaderEpoch++;
        Stamp at = at("controller");
        sink.add(new StateRecorded(
                at,
                log.partition,
                log.leaderEpoch,
                log.leaderEpoch,
                log.leaderEpoch % 3,
                leader(log),
                List.of(0, 1, 2),
                List.of()));
        sink.add(new Leading(at(leader(log)), log.partition, log.leaderEpoch));
        long end = log.values.size();
        sink.add(new Truncated(at("broker-" + (log.leaderEpoch + 1) % 3), log.partition, end + 1, end, end));
    }

    private static String leader(Log log) {
        return "broker-" + log.leaderEpoch % 3;
    }

    private void write(Log log, int round) {
        if (round % 7 == 3) {
            long refused = ask(log, "writer-" + log.partition.number());
            sink.add(new Failed(at("writer-" + log.partition.number()), refused, Certainty.DEFINITE, "NOT_LEADER"));
        }
        long first = nextValue;
        String writer = "writer-" + log.partition.number();
        long asked = ask(log, writer);
        long offset = log.values.size();
        for (int i = 0; i < BATCH; i++) {
            log.values.add(first + i);
        }
        sink.add(new Appended(at(leader(log)), log.partition, log.leaderEpoch, offset, BATCH));
        sink.add(new HighWatermark(at(leader(log)), log.partition, log.leaderEpoch, offset + BATCH));
        sink.add(
                round % 5 == 4
                        ? new Failed(at(writer), asked, Certainty.INDETERMINATE, "DEADLINE_EXCEEDED")
                        : new ProduceOk(at(writer), asked, offset, log.leaderEpoch, true));
    }

    private long ask(Log log, String writer) {
        op++;
        sink.add(new Produce(at(writer), op, log.partition, nextValue, BATCH, true));
        nextValue += BATCH;
        return op;
    }

    private long fetch(String reader, Log log, long position) {
        Runs runs = new Runs();
        for (long offset = position; offset < log.values.size(); offset++) {
            runs.add(offset, log.values.get((int) offset));
        }
        Stamp asked = at(reader);
        long end = log.values.size();
        sink.add(new Fetched(at(reader), asked.monoNs(), log.partition, position, end, log.leaderEpoch, runs.list()));
        return end;
    }

    private void readAsGroup(Log log) {
        String member = owner(log);
        log.groupRead = fetch(member, log, log.groupRead);
        op++;
        List<PartitionOffset> offsets = List.of(new PartitionOffset(log.partition, log.groupRead));
        sink.add(new Commit(at(member), op, "group", member, generation, offsets, false));
        sink.add(new CommitOk(at(member), op, "group"));
    }

    /** Each member gets the partition of its neighbour. */
    private void changePlaces() {
        if (generation > 0) {
            logs.forEach(log -> {
                String owner = owner(log);
                sink.add(new Revoked(at(owner), "group", owner, List.of(log.partition)));
            });
        }
        generation++;
        logs.forEach(log -> {
            String owner = owner(log);
            sink.add(new Assigned(at(owner), "group", owner, generation, List.of(log.partition)));
            op++;
            sink.add(new Committed(at(owner), op, "group"));
            long committed = log.groupRead == 0 ? -1 : log.groupRead;
            sink.add(new CommittedOk(at(owner), op, "group", List.of(new PartitionOffset(log.partition, committed))));
        });
    }

    private String owner(Log log) {
        return member((log.partition.number() + (int) generation) % logs.size());
    }

    private static String member(int number) {
        return "member-" + number;
    }

    /** The last records are read by nobody but this one. */
    private void end() {
        for (Log log : logs) {
            sink.add(new Left(at(owner(log)), "group", owner(log)));
            write(log, 0);
            fetch("last-reader", log, 0);
            sink.add(new ReadToEnd(at("last-reader"), log.partition, 0, log.values.size()));
        }
    }
}
