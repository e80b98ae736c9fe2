package io.millrace.lab.roundtrip;

import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** Hands over the lines of all partitions at a pace. Belongs to one thread. */
final class Sending implements Midway.Progress {
    private static final long PAUSE_NS = 1_000_000;

    private final List<PartitionSending> partitions;
    private final Pace pace;
    private final Midway midway;
    private final int busiest;
    private final long lines;
    private boolean isMidwayDone;

    Sending(List<PartitionSending> partitions, Pace pace, Midway midway) {
        this.partitions = partitions;
        this.pace = pace;
        this.midway = midway;
        this.busiest = partitions.indexOf(busiest(partitions));
        this.lines = partitions.stream().mapToLong(PartitionSending::lines).sum();
    }

    /** The one with the most lines. */
    static PartitionSending busiest(List<PartitionSending> partitions) {
        return partitions.stream()
                .max(Comparator.comparingLong(PartitionSending::lines))
                .orElseThrow();
    }

    void run() throws IOException, InterruptedException {
        long startNs = System.nanoTime();
        while (sent() < lines) {
            long elapsedNs = System.nanoTime() - startNs;
            long sentBefore = sent();
            for (int i = 0; i < partitions.size(); i++) {
                catchUp(i, pace.due(partitions.get(i).lines(), elapsedNs));
            }
            if (sent() == sentBefore) {
                LockSupport.parkNanos(PAUSE_NS);
            }
        }
    }

    @Override
    public int busiestPartition() {
        return busiest;
    }

    @Override
    public long acknowledged() {
        return partitions.stream().mapToLong(PartitionSending::acknowledged).sum();
    }

    @Override
    public long inFlight(int partition) {
        return partitions.get(partition).inFlight();
    }

    @Override
    public void mark() {
        long nowNs = System.nanoTime();
        partitions.forEach(partition -> partition.clock().mark(nowNs));
    }

    private void catchUp(int index, long due) throws IOException, InterruptedException {
        PartitionSending partition = partitions.get(index);
        while (partition.sent() < due) {
            partition.sendNext();
            if (index == busiest && !isMidwayDone && partition.sent() * 2 >= partition.lines()) {
                isMidwayDone = midway.isDone(this);
            }
        }
    }

    private long sent() {
        return partitions.stream().mapToLong(PartitionSending::sent).sum();
    }
}
