package io.millrace.lab.roundtrip;

import io.millrace.lab.cluster.ClusterProcesses;
import io.millrace.lab.cluster.ClusterProcesses.Blow;
import io.millrace.lab.cluster.ClusterProcesses.Strike;
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
    // Long enough for a record to leave the client, too short for it to be on the disks of three brokers.
    private static final long ON_ITS_WAY_NS = 200_000;

    private final ClusterProcesses processes;
    private final TopicWatch watch;
    private @Nullable Aim aim;
    private @Nullable Kill kill;

    private record Aim(int leader, int partition, Strike strike) {}

    private record Kill(int victim, int partition, long acknowledged, long inFlight) {}

    public LeaderKill(ClusterProcesses processes, TopicWatch watch) {
        this.processes = processes;
        this.watch = watch;
    }

    /** Takes aim first, which takes time, and strikes at one of the records that follow. */
    @Override
    public boolean isDone(Progress progress) throws IOException, InterruptedException {
        Aim ready = aim;
        if (ready == null) {
            aim = takeAim(progress.busiestPartition());
            return false;
        }
        LockSupport.parkNanos(ON_ITS_WAY_NS);
        long inFlight = progress.inFlight(ready.partition());
        if (inFlight == 0) {
            return false;
        }
        long acknowledged = progress.acknowledged();
        ready.strike().fall();
        progress.mark();
        kill = new Kill(ready.leader(), ready.partition(), acknowledged, inFlight);
        return true;
    }

    private @Nullable Aim takeAim(int partition) throws IOException {
        int leader = watch.now().partitions().get(partition).leader();
        return leader < 0 ? null : new Aim(leader, partition, processes.atBrokers(Set.of(leader), Blow.KILL));
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
