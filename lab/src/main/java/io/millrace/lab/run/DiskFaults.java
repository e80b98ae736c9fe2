package io.millrace.lab.run;

import io.millrace.lab.cluster.ClusterProcesses.Blow;
import io.millrace.lab.cluster.ClusterProcesses.Strike;
import io.millrace.lab.run.FaultKit.Healing;
import io.millrace.lab.run.FaultKit.Injector;
import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;

/** Faults of brokers' disks. */
public final class DiskFaults {
    private final ServerProcesses processes;
    private final Map<Integer, DiskImage> disks;

    /** @param disks by the broker's id */
    public DiskFaults(ServerProcesses processes, Map<Integer, DiskImage> disks) {
        this.processes = processes;
        this.disks = Map.copyOf(disks);
    }

    public Map<FaultKind, Injector> injectors() {
        Map<FaultKind, Injector> injectors = new EnumMap<>(FaultKind.class);
        injectors.put(FaultKind.DISK_FULL, this::fill);
        injectors.put(FaultKind.SLOW_DISK, step -> StallingDisk.start(disk(step)));
        injectors.put(FaultKind.POWER_LOSS, this::losePower);
        return injectors;
    }

    private DiskImage disk(FaultStep step) {
        DiskImage disk = disks.get(step.victim());
        if (disk == null) {
            throw new IllegalArgumentException("broker " + step.victim() + " has no disk of its own");
        }
        return disk;
    }

    private Healing fill(FaultStep step) throws IOException, InterruptedException {
        DiskImage disk = disk(step);
        disk.fill();
        return disk::empty;
    }

    private Healing losePower(FaultStep step) throws IOException, InterruptedException {
        DiskImage disk = disk(step);
        Set<Integer> victims = Set.of(step.victim());
        Strike kill = processes.atBrokers(victims, Blow.KILL);
        // The disk first: what the process does in between must not reach it.
        disk.cutOff();
        kill.fall();
        return () -> {
            processes.awaitEnd(victims);
            disk.unmount();
            disk.mount();
            processes.start(victims);
        };
    }
}
