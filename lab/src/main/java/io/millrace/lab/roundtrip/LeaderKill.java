package io.millrace.lab.roundtrip;

import io.millrace.lab.cluster.ClusterProcesses;
import io.millrace.lab.cluster.ClusterProcesses.Blow;
import io.millrace.lab.cluster.TopicState;
import io.millrace.lab.cluster.TopicWatch;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Kills the leader of the busiest partition while records are in flight in it, and brings it back afterwards. */
public final class LeaderKill implements Midway {
    private static final Duration IN_SYNC_LIMIT = Duration.ofMinutes(2);
    // Short enough to find a record on its way: that takes some milliseconds.
    private static final long ON_ITS_WAY_NS = 1_000_000;

    private final ClusterProcesses processes;
    private final TopicWatch watch;
    private @Nullable Kill kill;

    private record Kill(int victim, int partition, long acknowledged, long inFlight) {}

    public LeaderKill(ClusterProcesses processes, TopicWatch watch) {
        this.processes = processes;
        this.watch = watch;
    }

    @Override
    public boolean isDone(Progress progress) throws IOException, InterruptedException {
        LockSupport.parkNanos(ON_ITS_WAY_NS);
        int partition = progress.busiestPartition();
        int leader = watch.now().partitions().get(partition).leader();
        long inFlight = progress.inFlight(partition);
        if (leader < 0 || inFlight == 0) {
            return false;
        }
        ClusterProcesses.Strike strike = processes.atBrokers(Set.of(leader), Blow.KILL);
        kill = new Kill(leader, partition, progress.acknowledged(), progress.inFlight(partition));
        strike.fall();
        progress.mark();
        return true;
    }

    /**
     * Starts the victim again and waits until all replicas are in sync. Call it when everything is sent.
     *
     * @param acknowledged of all records, in the end
     * @param gapNs of the busiest partition since the mark
     * @return empty where nobody was killed
     */
    public Optional<KillReport> bringBack(long acknowledged, OptionalLong gapNs)
            throws IOException, InterruptedException {
        Kill done = kill;
        if (done == null) {
            return Optional.empty();
        }
        long startNs = System.nanoTime();
        processes.awaitEnd(Set.of(done.victim()));
        processes.start(Set.of(done.victim()));
        boolean isInSync = watch.await(TopicState::isFull, IN_SYNC_LIMIT).isPresent();
        return Optional.of(new KillReport(
                done.victim(),
                done.partition(),
                done.acknowledged(),
                done.inFlight(),
                acknowledged - done.acknowledged(),
                gapNs.isPresent() ? TimeUnit.NANOSECONDS.toMillis(gapNs.getAsLong()) : -1,
                isInSync ? TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNs) : -1));
    }
}
