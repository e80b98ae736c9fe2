package io.millrace.lab.simulation.check;

import io.millrace.broker.core.BrokerIncarnation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The truth about one partition: what has been committed, by which epoch what was written, and what clients were promised.
 * Once something is in here, nothing that contradicts it may be seen anywhere.
 */
final class Ledger {

    private final String partition;
    private final List<Entry> committed = new ArrayList<>();
    private final Set<Long> committedValues = new HashSet<>();
    private final Map<Long, Long> written = new HashMap<>();
    private final TreeMap<Integer, BrokerIncarnation> leaders = new TreeMap<>();
    private final Set<Long> refused = new HashSet<>();
    private final TreeMap<Long, Long> promised = new TreeMap<>();
    private long unseenEnd;

    Ledger(String partition) {
        this.partition = partition;
    }

    /** S11: a leader epoch belongs to one process. */
    void onLeading(int leaderEpoch, BrokerIncarnation leader) {
        BrokerIncarnation first = leaders.putIfAbsent(leaderEpoch, leader);
        Violation.check(
                first == null || first.equals(leader),
                "S11",
                partition + ": leader epoch " + leaderEpoch + " is led by " + leader + " and was led by " + first);
    }

    /** S17: one epoch has one value at one offset, wherever it lies. */
    void onWritten(long offset, Entry entry, BrokerIncarnation where) {
        Long before = written.putIfAbsent(offset << 20 | entry.leaderEpoch(), entry.value());
        Violation.check(
                before == null || before == entry.value(),
                "S17",
                partition + ": " + where + " has " + entry + " at offset " + offset + ", elsewhere the same epoch has "
                        + before);
    }

    /** A leader's high watermark passes {@code offset}. */
    void onCommitted(long offset, Entry entry, BrokerIncarnation leader) {
        if (offset < committed.size()) {
            requireCommitted(offset, entry, "S13", leader + " as leader");
            return;
        }
        committed.add(entry);
        Long expected = promised.remove(offset);
        Violation.check(
                expected == null || expected == entry.value(),
                "S1",
                partition + ": value " + expected + " was acknowledged at offset " + offset + ", committed is "
                        + entry);
        Violation.check(
                committedValues.add(entry.value()),
                "S4",
                partition + ": value " + entry.value() + " is committed twice, the second time at offset " + offset);
        Violation.check(
                !refused.contains(entry.value()),
                "S3",
                partition + ": value " + entry.value() + " was refused for certain and is committed at " + offset);
    }

    /**
     * A leader appended and committed up to {@code end} (exclusive), and its log failed, all in one event: what it was nobody
     * has seen. Who is told of it is believed, and it has to be there later.
     */
    void onCommittedUnseen(long end) {
        unseenEnd = Math.max(unseenEnd, end);
    }

    /** S1: what was acknowledged unseen has been seen since. */
    void requirePromisesKept() {
        Violation.check(
                promised.isEmpty(), "S1", partition + ": acknowledged and not committed, by offset: " + promised);
    }

    /** Whatever is shown as committed must be what is. */
    void requireCommitted(long offset, Entry entry, String id, String who) {
        Violation.check(
                offset < committed.size() && committed.get((int) offset).equals(entry),
                id,
                partition + ": " + who + " has " + entry + " below its high watermark at offset " + offset
                        + ", committed is "
                        + (offset < committed.size() ? committed.get((int) offset) : "nothing there"));
    }

    /** S1: what a producer is told to be committed is. */
    void onAcknowledged(long offset, long value) {
        if (offset >= committed.size() && offset < unseenEnd) {
            Long before = promised.putIfAbsent(offset, value);
            Violation.check(
                    before == null || before == value,
                    "S1",
                    partition + ": values " + before + " and " + value + " are both acknowledged at offset " + offset);
            return;
        }
        Violation.check(
                offset < committed.size() && committed.get((int) offset).value() == value,
                "S1",
                partition + ": value " + value + " is acknowledged at offset " + offset + ", committed is "
                        + (offset < committed.size() ? committed.get((int) offset) : "nothing there"));
    }

    /** S3: what a producer is told not to be appended never appears. */
    void onRefused(long value) {
        refused.add(value);
        Violation.check(
                !committedValues.contains(value),
                "S3",
                partition + ": value " + value + " is committed and now refused as not appended");
    }

    /** Whether {@code log} has the last committed record in its place. */
    boolean endsIn(List<Entry> log) {
        int last = committed.size() - 1;
        return last < 0 || (last < log.size() && log.get(last).equals(committed.get(last)));
    }

    /** Those from one offset to another one (exclusive). */
    List<Entry> committed(long from, long to) {
        return committed.subList((int) from, (int) to);
    }

    long committedEnd() {
        return committed.size();
    }

    /** Length of the committed prefix that {@code log} holds. */
    long committedPrefixOf(List<Entry> log) {
        int same = 0;
        while (same < committed.size()
                && same < log.size()
                && committed.get(same).equals(log.get(same))) {
            same++;
        }
        return same;
    }

    @Override
    public String toString() {
        return partition;
    }
}
