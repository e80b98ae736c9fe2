package io.millrace.bench.load;

import io.millrace.bench.cluster.Cluster;
import io.millrace.bench.cluster.Cluster.Roles;
import io.millrace.bench.cluster.RecordWriter;
import io.millrace.bench.cluster.Waiting;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/** A leader is killed while records are written to all partitions, and how long its partitions take none is timed. */
public final class GapLoad {
    private static final long RATE_PER_S = 1_000;
    private static final Duration BEFORE = Duration.ofSeconds(3);
    private static final Duration AFTERWARDS = Duration.ofSeconds(2);
    private static final Duration LIMIT = Duration.ofMinutes(2);

    private final int recordBytes;
    private final boolean hitsController;
    private final List<Gaps> partitions = IntStream.range(0, Cluster.PARTITIONS)
            .mapToObj(partition -> new Gaps())
            .toList();
    private final AtomicLong failed = new AtomicLong();
    private volatile boolean isOver;

    /**
     * For one run.
     *
     * @param hitsController whether the victim is the controller, or another one
     */
    public GapLoad(int recordBytes, boolean hitsController) {
        this.recordBytes = recordBytes;
        this.hitsController = hitsController;
    }

    public Measured run(Stage stage) throws IOException, InterruptedException {
        Cluster cluster = stage.cluster();
        try (RecordWriter writer = cluster.writer(stage.topic())) {
            CompletableFuture<Void> sending =
                    CompletableFuture.runAsync(() -> send(writer), task -> new Thread(task, "bench-load").start());
            try {
                Thread.sleep(BEFORE.toMillis());
                return killOne(cluster, stage.topic());
            } finally {
                isOver = true;
                sending.join();
            }
        }
    }

    private Measured killOne(Cluster cluster, String topic) throws IOException, InterruptedException {
        Roles roles = cluster.roles(topic);
        int victim = victim(roles);
        List<Gaps> hit = new ArrayList<>();
        roles.leaders().forEach((partition, leader) -> {
            if (leader == victim) {
                hit.add(partitions.get(partition));
            }
        });
        long killedNs = System.nanoTime();
        cluster.kill(victim);
        Waiting.until(
                "writes go on without broker " + victim,
                LIMIT,
                () -> hit.stream().allMatch(partition -> partition.hasGoneOnSince(killedNs)));
        Thread.sleep(AFTERWARDS.toMillis());
        long gapNs = hit.stream()
                .mapToLong(partition -> partition.longestAfter(killedNs))
                .max()
                .orElseThrow();
        cluster.restart(victim);
        Waiting.until("all replicas are in sync again", LIMIT, () -> cluster.isWhole(topic));
        Map<String, Object> notes = new LinkedHashMap<>();
        notes.put("victim", victim);
        notes.put("victimWasController", victim == roles.controllerId());
        notes.put("partitionsHit", hit.size());
        notes.put("failedWrites", failed.get());
        return new Measured(Map.of(Metric.GAP, gapNs / 1e6), notes);
    }

    private int victim(Roles roles) throws IOException {
        return roles.leaders().values().stream()
                .filter(leader -> (leader == roles.controllerId()) == hitsController)
                .findFirst()
                .orElseThrow(() -> new IOException("nobody to kill among " + roles));
    }

    private void send(RecordWriter writer) {
        byte[][] payloads = Payloads.of(recordBytes);
        long startNs = System.nanoTime();
        for (long number = 0; !isOver; number++) {
            LatencyLoad.awaitTime(startNs + (long) (number * (1e9 / RATE_PER_S)));
            int partition = (int) (number % Cluster.PARTITIONS);
            long sentNs = System.nanoTime();
            writer.send(
                    partition,
                    payloads[(int) (number % payloads.length)],
                    isAcknowledged -> onAnswer(isAcknowledged, partition, sentNs));
        }
    }

    private void onAnswer(boolean isAcknowledged, int partition, long sentNs) {
        if (isAcknowledged) {
            partitions.get(partition).onAcknowledged(sentNs, System.nanoTime());
        } else {
            failed.incrementAndGet();
        }
    }
}
