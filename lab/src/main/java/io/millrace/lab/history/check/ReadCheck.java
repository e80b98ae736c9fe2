package io.millrace.lab.history.check;

import io.millrace.lab.history.ClientEvent.Fetched;
import io.millrace.lab.history.ClientEvent.ReadToEnd;
import io.millrace.lab.history.HistoryListener;
import io.millrace.lab.history.Partition;
import io.millrace.lab.history.Places;
import io.millrace.lab.history.Run;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;

/** What readers were given: that all of them see one log, whole, and that what was acknowledged is in it. */
final class ReadCheck implements HistoryListener {

    private final Truths truths;
    private final UnsentReads unsent;
    private final Counts counts;
    private final Findings findings;
    private final Holes holes;
    private final Map<String, Map<Partition, Spans>> given = new HashMap<>();
    private final Map<Partition, TreeSet<Long>> inconsistent = new HashMap<>();
    private final Map<Partition, WatermarkTrail> watermarks = new HashMap<>();
    private final Map<Partition, Long> ends = new HashMap<>();

    ReadCheck(Truths truths, UnsentReads unsent, Counts counts, Holes holes, Findings findings) {
        this.truths = truths;
        this.unsent = unsent;
        this.counts = counts;
        this.holes = holes;
        this.findings = findings;
    }

    @Override
    public void on(Fetched event, long place) {
        Truth truth = truths.of(event.partition());
        if (truth.isGone()) {
            return;
        }
        Spans own = given.computeIfAbsent(event.at().process(), first -> new HashMap<>())
                .computeIfAbsent(event.partition(), first -> new Spans());
        long next = event.position();
        for (Run run : event.records()) {
            if (run.offset() < next) {
                findings.add(
                        Anomaly.INT_NONMONOTONIC_POLL,
                        truth + ": " + event.at().process() + " asked from offset " + event.position()
                                + " on and was given offset " + run.offset() + " where " + next + " comes next",
                        place);
            } else if (run.offset() > next) {
                holes.add(
                        truth,
                        Anomaly.INT_POLL_SKIP,
                        next,
                        run.offset(),
                        event.at().process(),
                        place);
            }
            readAll(truth, run, place);
            own.add(run.offset(), run.endOffset());
            next = Math.max(next, run.endOffset());
        }
        truth.know(next);
        checkWatermark(truth, event, next, place);
    }

    private void readAll(Truth truth, Run run, long place) {
        counts.read += run.count();
        for (int i = 0; i < run.count(); i++) {
            read(truth, run.offset() + i, run.value() + i, place);
        }
    }

    private void read(Truth truth, long offset, long value, long place) {
        long known = truth.value(offset);
        if (known == value) {
            truth.read(offset, value, place);
            return;
        }
        if (known != Truth.NO_VALUE) {
            reportInconsistent(truth, offset, value, place);
            return;
        }
        long state = truth.values().state(value);
        if (state == ValueTable.UNKNOWN) {
            unsent.onRead(truth, offset, value, place);
        } else if (state == ValueTable.REFUSED) {
            findings.add(
                    Anomaly.ABORTED_READ,
                    truth + ": value " + value + " was refused for certain, and is read at offset " + offset,
                    truth.values().sentAt(value),
                    place);
        } else if (state >= 0) {
            findings.add(
                    Anomaly.DUPLICATE,
                    truth + ": value " + value + " is read at offset " + offset + " and lies at offset " + state
                            + " too",
                    truth.seenAt(state),
                    place);
        }
        truth.read(offset, value, place);
    }

    private void reportInconsistent(Truth truth, long offset, long value, long place) {
        if (inconsistent
                .computeIfAbsent(truth.partition(), first -> new TreeSet<>())
                .add(offset)) {
            findings.add(
                    Anomaly.INCONSISTENT_OFFSETS,
                    truth + ": offset " + offset + " is read as value " + value + ", and value " + truth.value(offset)
                            + " lies there",
                    truth.seenAt(offset),
                    place);
        }
    }

    private void checkWatermark(Truth truth, Fetched event, long end, long place) {
        if (event.highWatermark() < 0) {
            return;
        }
        if (end > event.highWatermark() && !event.records().isEmpty()) {
            findings.add(
                    Anomaly.READ_ABOVE_HIGH_WATERMARK,
                    truth + ": " + event.at().process() + " was given offset " + (end - 1)
                            + " with a high watermark of " + event.highWatermark(),
                    place);
        } else {
            truth.know(event.highWatermark());
        }
        if (event.leaderEpoch() >= 0) {
            WatermarkTrail trail = watermarks.computeIfAbsent(event.partition(), first -> new WatermarkTrail());
            WatermarkTrail.Mark before = trail.before(event.askedNs());
            if (event.leaderEpoch() >= before.leaderEpoch() && event.highWatermark() < before.highWatermark()) {
                findings.add(
                        Anomaly.HIGH_WATERMARK_BACK,
                        truth + ": the high watermark was told as " + before.highWatermark() + " by epoch "
                                + before.leaderEpoch() + " and later as " + event.highWatermark() + " by epoch "
                                + event.leaderEpoch(),
                        before.place(),
                        place);
            }
            trail.add(event.at().monoNs(), event.leaderEpoch(), event.highWatermark(), place);
        }
    }

    @Override
    public void on(ReadToEnd event, long place) {
        Truth truth = truths.of(event.partition());
        Spans read = given.getOrDefault(event.at().process(), Map.of()).getOrDefault(event.partition(), new Spans());
        ends.put(event.partition(), place);
        truth.forEach(offset -> {
            if (offset >= event.logStartOffset() && !read.contains(offset)) {
                reportMissing(truth, offset, event, place);
            }
        });
    }

    private void reportMissing(Truth truth, long offset, ReadToEnd event, long place) {
        boolean wasRead = truth.readAt(offset) != Places.NONE;
        holes.explain(truth, offset);
        findings.add(
                wasRead ? Anomaly.VANISHED : Anomaly.LOST_WRITE,
                truth + ": value " + truth.value(offset) + " at offset " + offset
                        + (wasRead ? " was read once" : " was acknowledged")
                        + (offset < event.endOffset()
                                ? " and is not there, though others behind it are"
                                : " and the log ends at " + event.endOffset()),
                truth.ackedAt(offset),
                truth.readAt(offset),
                place);
    }

    /** L4: where some partitions were read to their end, all have to be. */
    void finish() {
        holes.finish();
        if (ends.isEmpty()) {
            return;
        }
        for (Truth truth : truths.all()) {
            if (!truth.isGone() && !ends.containsKey(truth.partition())) {
                truth.forEach(offset -> {
                    if (truth.readAt(offset) == Places.NONE) {
                        findings.add(
                                Anomaly.UNSEEN,
                                truth + ": value " + truth.value(offset) + " at offset " + offset
                                        + " was acknowledged, and nobody had read it by the end",
                                truth.ackedAt(offset));
                    }
                });
            }
        }
    }
}
