package io.millrace.lab.simulation.check;

import io.millrace.broker.core.BrokerIncarnation;
import io.millrace.broker.log.LogFailedException;
import io.millrace.broker.log.LogSlice;
import io.millrace.broker.log.OffsetOutOfLogException;
import io.millrace.broker.log.PartitionLog;
import io.millrace.broker.replication.ReplicaView;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Follows one replica in one process: its log, entry by entry, and its high watermark. */
final class ReplicaWatch {

    private static final int READ_BYTES = 1 << 20;

    private final Ledger ledger;
    private final BrokerTelling telling;
    private final BrokerIncarnation process;
    private final PartitionLog log;
    private final BooleanSupplier isDamaged;
    private final List<Entry> entries = new ArrayList<>();
    private @Nullable ReplicaView seen;
    private long provenEnd;
    private boolean hasEnded;

    ReplicaWatch(
            Ledger ledger,
            BrokerTelling telling,
            BrokerIncarnation process,
            PartitionLog log,
            BooleanSupplier isDamaged) {
        this.ledger = ledger;
        this.telling = telling;
        this.process = process;
        this.log = log;
        this.isDamaged = isDamaged;
    }

    /** Looks at what has changed since the last time. */
    void look(ReplicaView view) {
        if (!log.isFailed()) {
            boolean grown = followLog(view);
            lookAtView(view, grown);
        } else if (!hasEnded) {
            hasEnded = true;
            onEnd(view);
        }
    }

    /** A leader may commit, and fail at the next append, in one event. */
    private void onEnd(ReplicaView view) {
        ReplicaView before = seen;
        if (before != null && before.leading()) {
            for (long offset = provenEnd; offset < Math.min(view.highWatermark(), entries.size()); offset++) {
                ledger.onCommitted(offset, entries.get((int) offset), process);
            }
            ledger.onCommittedUnseen(view.highWatermark());
        }
    }

    private void lookAtView(ReplicaView view, boolean grown) {
        if (log.isFailed()) {
            return;
        }
        if (grown || !view.equals(seen)) {
            checkWatermark(view);
            telling.onView(view);
            seen = view;
        }
    }

    /** What the log holds. */
    List<Entry> entries() {
        return entries;
    }

    PartitionLog log() {
        return log;
    }

    private boolean followLog(ReplicaView view) {
        long end = log.logEndOffset();
        if (end == entries.size()) {
            return false;
        }
        if (end < entries.size()) {
            telling.onCut(entries.size(), end, provenEnd);
        }
        while (entries.size() > end) {
            entries.remove(entries.size() - 1);
        }
        while (entries.size() < end && !log.isFailed()) {
            read(view, end);
        }
        return true;
    }

    private void read(ReplicaView view, long end) {
        try {
            LogSlice slice = log.read(entries.size(), end, READ_BYTES);
            for (Entry entry : Values.in(slice.batches(), entries.size())) {
                ledger.onWritten(entries.size(), entry, process);
                telling.onEntry(view, entries.size(), entry);
                entries.add(entry);
            }
        } catch (LogFailedException | OffsetOutOfLogException unreadable) {
            if (isDamaged.getAsBoolean() && log.isFailed()) {
                return;
            }
            throw new Violation("S25", ledger + ": the log of " + process + " cannot be read: " + unreadable);
        }
    }

    /** S19: log start, high watermark and log end are in this order, and the watermark of a process never falls. */
    private void checkWatermark(ReplicaView view) {
        long watermark = view.highWatermark();
        Violation.check(
                view.logStartOffset() <= watermark && watermark <= entries.size(),
                "S19",
                ledger + ": " + process + " has " + view + " and its log ends at " + entries.size());
        Violation.check(
                watermark >= provenEnd,
                "S19",
                ledger + ": the high watermark of " + process + " fell from " + provenEnd + " to " + watermark);
        if (view.leading()) {
            ledger.onLeading(view.leaderEpoch(), process);
        }
        for (long offset = provenEnd; offset < watermark; offset++) {
            Entry entry = entries.get((int) offset);
            if (view.leading()) {
                ledger.onCommitted(offset, entry, process);
            } else {
                ledger.requireCommitted(offset, entry, "S17", process + " as follower");
            }
        }
        provenEnd = watermark;
    }
}
