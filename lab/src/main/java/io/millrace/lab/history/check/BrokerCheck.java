package io.millrace.lab.history.check;

import io.millrace.lab.history.BrokerEvent.Appended;
import io.millrace.lab.history.BrokerEvent.HighWatermark;
import io.millrace.lab.history.BrokerEvent.Leading;
import io.millrace.lab.history.BrokerEvent.StateRecorded;
import io.millrace.lab.history.BrokerEvent.Truncated;
import io.millrace.lab.history.HistoryListener;
import io.millrace.lab.history.Partition;
import java.util.HashMap;
import java.util.Map;

/** What brokers did: one leader for each epoch, epochs and high watermarks that do not go back, cuts that lose nothing. */
final class BrokerCheck implements HistoryListener {

    private final Counts counts;
    private final Findings findings;
    private final Map<Epoch, Claim> leaders = new HashMap<>();
    private final Map<Epoch, Claim> appenders = new HashMap<>();
    private final Map<Epoch, Told> watermarks = new HashMap<>();
    private final Map<Partition, Map<String, Recorded>> states = new HashMap<>();

    private record Epoch(Partition partition, int leaderEpoch) {}

    private record Claim(String process, long place) {}

    private record Told(long highWatermark, long place) {}

    private record Recorded(StateRecorded state, long place) {}

    BrokerCheck(Counts counts, Findings findings) {
        this.counts = counts;
        this.findings = findings;
    }

    @Override
    public void on(StateRecorded event, long place) {
        if (event.leader() >= 0 && !event.leaderProcess().isEmpty()) {
            claimLead(new Epoch(event.partition(), event.leaderEpoch()), event.leaderProcess(), place);
        }
        // Those who look at different times may see different things; each one sees them in their order.
        Recorded before = states.computeIfAbsent(event.partition(), first -> new HashMap<>())
                .put(event.at().process(), new Recorded(event, place));
        if (before != null) {
            checkEpochs(before, event, place);
        }
    }

    private void checkEpochs(Recorded seen, StateRecorded after, long place) {
        StateRecorded before = seen.state();
        if (after.partitionEpoch() <= before.partitionEpoch() || after.leaderEpoch() < before.leaderEpoch()) {
            findings.add(
                    Anomaly.EPOCH_BACK,
                    after.partition() + ": partition epoch " + after.partitionEpoch() + " and leader epoch "
                            + after.leaderEpoch() + " are recorded after " + before.partitionEpoch() + " and "
                            + before.leaderEpoch(),
                    seen.place(),
                    place);
            return;
        }
        boolean isElected = after.leader() >= 0 && after.leaderEpoch() > before.leaderEpoch();
        counts.elections += isElected ? 1 : 0;
        // Who has missed a state does not know who was in sync.
        boolean isNext = after.partitionEpoch() == before.partitionEpoch() + 1;
        if (isElected
                && isNext
                && !before.isr().contains(after.leader())
                && !before.elr().contains(after.leader())) {
            findings.add(
                    Anomaly.LEADER_OUTSIDE_ISR,
                    after.partition() + ": broker " + after.leader() + " is elected in leader epoch "
                            + after.leaderEpoch() + "; in sync were " + before.isr() + ", eligible " + before.elr(),
                    seen.place(),
                    place);
        }
    }

    @Override
    public void on(Leading event, long place) {
        claimLead(new Epoch(event.partition(), event.leaderEpoch()), event.at().process(), place);
    }

    private void claimLead(Epoch epoch, String process, long place) {
        Claim first = leaders.putIfAbsent(epoch, new Claim(process, place));
        if (first != null && !first.process().equals(process)) {
            findings.add(
                    Anomaly.TWO_LEADERS,
                    epoch.partition() + ": " + first.process() + " and " + process + " both lead in leader epoch "
                            + epoch.leaderEpoch(),
                    first.place(),
                    place);
        }
    }

    @Override
    public void on(Appended event, long place) {
        Epoch epoch = new Epoch(event.partition(), event.leaderEpoch());
        Claim first = appenders.putIfAbsent(epoch, new Claim(event.at().process(), place));
        if (first != null && !first.process().equals(event.at().process())) {
            findings.add(
                    Anomaly.TWO_APPENDERS,
                    epoch.partition() + ": " + first.process() + " and "
                            + event.at().process() + " both appended in leader epoch " + epoch.leaderEpoch(),
                    first.place(),
                    place);
        }
    }

    @Override
    public void on(HighWatermark event, long place) {
        Epoch epoch = new Epoch(event.partition(), event.leaderEpoch());
        Told before = watermarks.put(epoch, new Told(event.highWatermark(), place));
        if (before != null && event.highWatermark() < before.highWatermark()) {
            findings.add(
                    Anomaly.LEADER_HIGH_WATERMARK_BACK,
                    epoch.partition() + ": the high watermark of " + event.at().process() + " fell from "
                            + before.highWatermark() + " to " + event.highWatermark() + " in leader epoch "
                            + epoch.leaderEpoch(),
                    before.place(),
                    place);
        }
    }

    @Override
    public void on(Truncated event, long place) {
        if (event.toOffset() < event.highWatermark()) {
            findings.add(
                    Anomaly.CUT_BELOW_HIGH_WATERMARK,
                    event.partition() + ": " + event.at().process() + " cut its log to " + event.toOffset()
                            + ", below its high watermark " + event.highWatermark(),
                    place);
        }
    }
}
