package io.millrace.lab.run;

import io.millrace.lab.cluster.ClusterProcesses.Blow;
import io.millrace.lab.cluster.ClusterProcesses.Strike;
import io.millrace.lab.run.FaultKit.Healing;
import io.millrace.lab.run.FaultKit.Injector;
import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

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
        injectors.put(FaultKind.DISK_ERROR, this::fail);
        return injectors;
    }

    private DiskImage disk(FaultStep step) {
        return disk(step.victim());
    }

    private DiskImage disk(int broker) {
        DiskImage disk = disks.get(broker);
        if (disk == null) {
            throw new IllegalArgumentException("broker " + broker + " has no disk of its own");
        }
        return disk;
    }

    private Healing fill(FaultStep step) throws IOException, InterruptedException {
        DiskImage disk = disk(step);
        Set<Integer> victims = Set.of(step.victim());
        disk.fill();
        return () -> {
            disk.empty();
            // A log that found no room has failed, and stays so until its broker is started again.
            processes.end(victims);
            processes.awaitEnd(victims);
            processes.start(victims);
        };
    }

    private Healing losePower(FaultStep step) throws IOException, InterruptedException {
        Set<Integer> victims =
                step.form() == FaultForm.EVERYBODY ? new TreeSet<>(disks.keySet()) : Set.of(step.victim());
        Strike kill = processes.atBrokers(victims, Blow.KILL);
        // Nobody must find, and tell, that its disk has failed: everything is to stop at the same moment.
        processes.atBrokers(victims, Blow.PAUSE).fall();
        for (int victim : victims) {
            disk(victim).cutOff();
        }
        kill.fall();
        return () -> startAnew(victims);
    }

    /** The process lives on, as where a controller or a cable fails. */
    private Healing fail(FaultStep step) throws IOException, InterruptedException {
        Set<Integer> victims = Set.of(step.victim());
        disk(step).cutOff();
        return () -> {
            processes.end(victims);
            startAnew(victims);
        };
    }

    private void startAnew(Set<Integer> victims) throws IOException, InterruptedException {
        processes.awaitEnd(victims);
        for (int victim : victims) {
            disk(victim).unmount();
            disk(victim).mount();
        }
        processes.start(victims);
    }
}
