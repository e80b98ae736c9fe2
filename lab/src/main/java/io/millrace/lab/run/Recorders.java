package io.millrace.lab.run;

import java.util.List;
import java.util.Set;

/** Tells each of several recorders, in their order. */
public record Recorders(List<Recorder> all) implements Recorder {

    public Recorders {
        all = List.copyOf(all);
    }

    @Override
    public void onSend(int producer, int partition, long number, long nowNs) {
        all.forEach(one -> one.onSend(producer, partition, number, nowNs));
    }

    @Override
    public void onAcknowledged(int producer, int partition, long number, long offset, long nowNs) {
        all.forEach(one -> one.onAcknowledged(producer, partition, number, offset, nowNs));
    }

    @Override
    public void onFailed(int producer, int partition, long number, boolean isDefinite, long nowNs) {
        all.forEach(one -> one.onFailed(producer, partition, number, isDefinite, nowNs));
    }

    @Override
    public void onRead(String reader, boolean isInGroup, int partition, long offset, long number, long nowNs) {
        all.forEach(one -> one.onRead(reader, isInGroup, partition, offset, number, nowNs));
    }

    @Override
    public void onAssigned(String member, Set<Integer> partitions, long nowNs) {
        all.forEach(one -> one.onAssigned(member, partitions, nowNs));
    }

    @Override
    public void onReleased(String member, Set<Integer> partitions, boolean isLost, long nowNs) {
        all.forEach(one -> one.onReleased(member, partitions, isLost, nowNs));
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
