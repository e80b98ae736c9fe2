package io.millrace.lab.run;

import io.millrace.lab.drill.Sent;
import io.millrace.lab.history.BrokerEvent.FaultChanged;
import io.millrace.lab.history.Certainty;
import io.millrace.lab.history.ClientEvent.Failed;
import io.millrace.lab.history.ClientEvent.Fetched;
import io.millrace.lab.history.ClientEvent.Produce;
import io.millrace.lab.history.ClientEvent.ProduceOk;
import io.millrace.lab.history.GroupEvent;
import io.millrace.lab.history.HistorySink;
import io.millrace.lab.history.Partition;
import io.millrace.lab.history.PartitionOffset;
import io.millrace.lab.history.Stamp;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Writes down what the clients of a run ask for and are told, and what is done to the cluster. */
final class RunHistory implements Recorder {
    private static final String OPERATOR = "lab";

    private final HistorySink sink;
    private final String topic;
    private final String group;
    private final long wallOffsetMs = System.currentTimeMillis() - TimeUnit.NANOSECONDS.toMillis(System.nanoTime());

    RunHistory(HistorySink sink, String topic, String group) {
        this.sink = sink;
        this.topic = topic;
        this.group = group;
    }

    Partition partition(int number) {
        return new Partition(topic, number);
    }

    /** Whose event it is and when it was. */
    Stamp at(String process, long nowNs) {
        return new Stamp(process, wallOffsetMs + TimeUnit.NANOSECONDS.toMillis(nowNs), nowNs);
    }

    private Stamp at(Sent record, long nowNs) {
        return at("producer-" + record.producer(), nowNs);
    }

    @Override
    public void onSend(Sent record, long nowNs) {
        long value = Values.of(record.partition(), record.number());
        sink.add(new Produce(at(record, nowNs), record.op(), partition(record.partition()), value, 1, true));
    }

    @Override
    public void onAcknowledged(Sent record, long offset, int leaderEpoch, long nowNs) {
        sink.add(new ProduceOk(at(record, nowNs), record.op(), offset, leaderEpoch, true));
    }

    @Override
    public void onFailed(Sent record, boolean isDefinite, String error, long nowNs) {
        sink.add(new Failed(at(record, nowNs), record.op(), certainty(isDefinite), error));
    }

    private static Certainty certainty(boolean isDefinite) {
        return isDefinite ? Certainty.DEFINITE : Certainty.INDETERMINATE;
    }

    @Override
    public void onPolled(Polled polled) {
        sink.add(new Fetched(
                at(polled.reader(), polled.nowNs()),
                polled.askedNs(),
                partition(polled.partition()),
                polled.position(),
                -1,
                -1,
                polled.records()));
    }

    @Override
    public void onJoining(String member, long nowNs) {
        sink.add(new GroupEvent.Joined(at(member, nowNs), group, member));
    }

    @Override
    public void onGone(String member, long nowNs) {
        sink.add(new GroupEvent.Left(at(member, nowNs), group, member));
    }

    @Override
    public void onAssigned(String member, long generation, Set<Integer> partitions, long nowNs) {
        sink.add(new GroupEvent.Assigned(at(member, nowNs), group, member, generation, named(partitions)));
    }

    @Override
    public void onReleased(String member, Set<Integer> partitions, boolean isLost, long nowNs) {
        sink.add(new GroupEvent.Revoked(at(member, nowNs), group, member, named(partitions)));
    }

    private List<Partition> named(Set<Integer> partitions) {
        return partitions.stream().sorted().map(this::partition).toList();
    }

    @Override
    public void onCommit(Commit commit, long nowNs) {
        sink.add(new GroupEvent.Commit(
                at(commit.member(), nowNs),
                commit.op(),
                group,
                commit.member(),
                commit.generation(),
                List.of(new PartitionOffset(partition(commit.partition()), commit.offset())),
                false));
    }

    @Override
    public void onCommitted(Commit commit, long nowNs) {
        sink.add(new GroupEvent.CommitOk(at(commit.member(), nowNs), commit.op(), group));
    }

    @Override
    public void onCommitFailed(Commit commit, boolean isDefinite, String error, long nowNs) {
        sink.add(new Failed(at(commit.member(), nowNs), commit.op(), certainty(isDefinite), error));
    }

    @Override
    public void onFault(FaultStep step, long nowNs) {
        sink.add(new FaultChanged(at(OPERATOR, nowNs), step.kind().spelling(), step.target(), true));
    }

    @Override
    public void onHealing(FaultStep step, long nowNs) {
        sink.add(new FaultChanged(at(OPERATOR, nowNs), step.kind().spelling(), step.target(), false));
    }
}
