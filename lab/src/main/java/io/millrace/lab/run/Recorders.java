package io.millrace.lab.run;

import io.millrace.lab.drill.Sent;
import java.util.List;
import java.util.Set;

/** Tells each of several recorders, in their order. */
public record Recorders(List<Recorder> all) implements Recorder {

    public Recorders {
        all = List.copyOf(all);
    }

    @Override
    public void onSend(Sent record, long nowNs) {
        all.forEach(one -> one.onSend(record, nowNs));
    }

    @Override
    public void onAcknowledged(Sent record, long offset, int leaderEpoch, long nowNs) {
        all.forEach(one -> one.onAcknowledged(record, offset, leaderEpoch, nowNs));
    }

    @Override
    public void onFailed(Sent record, boolean isDefinite, String error, long nowNs) {
        all.forEach(one -> one.onFailed(record, isDefinite, error, nowNs));
    }

    @Override
    public void onPolled(Polled polled) {
        all.forEach(one -> one.onPolled(polled));
    }

    @Override
    public void onJoining(String member, long nowNs) {
        all.forEach(one -> one.onJoining(member, nowNs));
    }

    @Override
    public void onGone(String member, long nowNs) {
        all.forEach(one -> one.onGone(member, nowNs));
    }

    @Override
    public void onAssigned(String member, long generation, Set<Integer> partitions, long nowNs) {
        all.forEach(one -> one.onAssigned(member, generation, partitions, nowNs));
    }

    @Override
    public void onReleased(String member, Set<Integer> partitions, boolean isLost, long nowNs) {
        all.forEach(one -> one.onReleased(member, partitions, isLost, nowNs));
    }

    @Override
    public void onCommit(Commit commit, long nowNs) {
        all.forEach(one -> one.onCommit(commit, nowNs));
    }

    @Override
    public void onCommitted(Commit commit, long nowNs) {
        all.forEach(one -> one.onCommitted(commit, nowNs));
    }

    @Override
    public void onCommitFailed(Commit commit, boolean isDefinite, String error, long nowNs) {
        all.forEach(one -> one.onCommitFailed(commit, isDefinite, error, nowNs));
    }

    @Override
    public void onFault(FaultStep step, long nowNs) {
        all.forEach(one -> one.onFault(step, nowNs));
    }

    @Override
    public void onHealing(FaultStep step, long nowNs) {
        all.forEach(one -> one.onHealing(step, nowNs));
    }

    @Override
    public void onHealed(FaultStep step, long nowNs) {
        all.forEach(one -> one.onHealed(step, nowNs));
    }
}
