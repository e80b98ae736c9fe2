package io.millrace.lab.run;

import io.millrace.lab.cluster.ClusterProcesses.Blow;
import io.millrace.lab.run.FaultKit.Healing;
import io.millrace.lab.run.FaultKit.Injector;
import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;

/** Faults that a signal causes. */
public final class ProcessFaults {
    private final ServerProcesses processes;

    public ProcessFaults(ServerProcesses processes) {
        this.processes = processes;
    }

    public Map<FaultKind, Injector> injectors() {
        Map<FaultKind, Injector> injectors = new EnumMap<>(FaultKind.class);
        injectors.put(FaultKind.KILL, step -> end(step, Blow.KILL));
        injectors.put(FaultKind.TERM, step -> end(step, Blow.TERMINATE));
        injectors.put(FaultKind.PAUSE, this::pause);
        injectors.put(FaultKind.ZK_KILL, this::killZooKeeper);
        injectors.put(FaultKind.ZK_PAUSE, this::pauseZooKeeper);
        return injectors;
    }

    private Healing end(FaultStep step, Blow blow) throws IOException, InterruptedException {
        Set<Integer> victims = Set.of(step.victim());
        processes.atBrokers(victims, blow).fall();
        return () -> {
            processes.awaitEnd(victims);
            processes.start(victims);
        };
    }

    private Healing pause(FaultStep step) throws IOException, InterruptedException {
        Set<Integer> victims = Set.of(step.victim());
        processes.atBrokers(victims, Blow.PAUSE).fall();
        return () -> processes.atBrokers(victims, Blow.RESUME).fall();
    }

    private Healing killZooKeeper(FaultStep step) throws IOException, InterruptedException {
        processes.atZooKeeper(step.victim(), Blow.KILL).fall();
        return () -> processes.startZooKeeper(step.victim());
    }

    private Healing pauseZooKeeper(FaultStep step) throws IOException, InterruptedException {
        processes.atZooKeeper(step.victim(), Blow.PAUSE).fall();
        return () -> processes.atZooKeeper(step.victim(), Blow.RESUME).fall();
    }
}
