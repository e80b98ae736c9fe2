package io.millrace.lab.drill;

import io.millrace.broker.core.TopicPartition;
import io.millrace.broker.log.FileDisk;
import io.millrace.broker.log.LogDigest;
import io.millrace.broker.log.LogInspector;
import io.millrace.lab.cluster.ClusterProcesses;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Compares the files of all replicas. Of use only while nobody writes and every replica is in sync. */
public final class ReplicaComparison {
    private static final int ATTEMPTS = 20;
    private static final long PAUSE_MS = 250;

    private final ClusterProcesses processes;
    private final String topicId;
    private final int partitions;

    public ReplicaComparison(ClusterProcesses processes, String topicId, int partitions) {
        this.processes = processes;
        this.topicId = topicId;
        this.partitions = partitions;
    }

    /** The partitions whose replicas differ. A follower may take a moment for the last batches. */
    public List<Integer> unequal() throws IOException, InterruptedException {
        List<Integer> unequal = look();
        for (int i = 1; i < ATTEMPTS && !unequal.isEmpty(); i++) {
            Thread.sleep(PAUSE_MS);
            unequal = look();
        }
        return unequal;
    }

    private List<Integer> look() throws IOException {
        Map<Integer, Set<LogDigest>> digests = new HashMap<>();
        for (int broker : processes.brokerIds()) {
            LogInspector inspector = new LogInspector(new FileDisk(processes.dataDirectory(broker)));
            for (TopicPartition log : inspector.partitions()) {
                if (log.topicId().equals(topicId)) {
                    digests.computeIfAbsent(log.partition(), p -> new HashSet<>())
                            .add(inspector.inspect(log, batch -> {}).digest());
                }
            }
        }
        List<Integer> unequal = new ArrayList<>();
        for (int partition = 0; partition < partitions; partition++) {
            if (digests.getOrDefault(partition, Set.of()).size() != 1) {
                unequal.add(partition);
            }
        }
        return unequal;
    }
}
