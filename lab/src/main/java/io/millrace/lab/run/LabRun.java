package io.millrace.lab.run;

import io.millrace.client.MillraceClient;
import io.millrace.lab.cluster.TopicState;
import io.millrace.lab.cluster.TopicWatch;
import io.millrace.lab.drill.Payload;
import io.millrace.lab.drill.ReplicaComparison;
import io.millrace.lab.drill.TopicCheck;
import io.millrace.lab.history.HistoryRecorder;
import io.millrace.lab.history.HistorySink;
import io.millrace.lab.history.check.HistoryCheck;
import io.millrace.lab.traffic.TopicReplay;
import io.millrace.proto.v1.CreateTopicRequest;
import io.millrace.proto.v1.LatestPosition;
import io.millrace.proto.v1.ListOffsetsRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** Runs a plan against a cluster that is up. Blocks; call it once. */
public final class LabRun {
    private final RunPlan plan;
    private final RunTarget target;
    private final MillraceClient client;
    private final Path history;
    private final RunProgress progress;
    private final TopicWatch watch;
    private final Payload payload;
    private volatile boolean isStopping;

    /**
     * Tells {@code progress} of faults on the caller's thread.
     *
     * @param history file for what clients asked for and were told; one that is there is overwritten
     */
    public LabRun(RunPlan plan, RunTarget target, MillraceClient client, Path history, RunProgress progress) {
        this.plan = plan;
        this.target = target;
        this.client = client;
        this.history = history;
        this.progress = progress;
        this.watch = new TopicWatch(client, plan.topic());
        this.payload = new Payload(plan.seed(), plan.recordBytes());
    }

    /** Ends with the fault that is under way. Safe for threads. */
    public void stop() {
        isStopping = true;
    }

    /**
     * Makes the topic, lets the faults strike one after the other, and checks what is left of it all. A producer that
     * fails ends the run early: all clients are let go, and what it failed with is thrown.
     */
    public RunReport run() throws IOException, InterruptedException {
        String topicId = client.createTopic(CreateTopicRequest.newBuilder()
                        .setName(plan.topic())
                        .setPartitions(plan.partitions())
                        .setReplicationFactor(plan.replicationFactor())
                        .build())
                .getTopicId();
        watch.await(TopicState::isFull, RunPlan.HEAL_LIMIT);
        Course course;
        try (HistoryRecorder sink = new HistoryRecorder(history)) {
            course = course(sink);
        }
        return new RunReport(
                plan,
                target,
                course,
                HistoryCheck.check(List.of(history)),
                unequalReplicas(topicId),
                target.processes().isPresent());
    }

    private Course course(HistorySink sink) throws IOException, InterruptedException {
        Instant startedAt = Instant.now();
        long startNs = System.nanoTime();
        Timeline timeline = new Timeline(plan.partitions(), startNs);
        Readings readings = new Readings(payload);
        RunHistory written = new RunHistory(sink, plan.topic(), GroupSeat.group(plan));
        Recorders all = new Recorders(List.of(timeline, readings, written));
        TopicState before = watch.now();
        Workload workload = new Workload(target.bootstrap(), plan, payload, readings, all);
        ClusterObserver observer = new ClusterObserver(target.bootstrap(), plan, written, sink);
        FaultRounds rounds = new FaultRounds(plan, target.kit(), watch, workload, all, progress, startNs);
        Played played;
        try {
            observer.start();
            workload.start();
            played = play(rounds, workload, startNs, before);
        } finally {
            try {
                workload.stop();
            } finally {
                observer.stop();
            }
        }
        TopicCheck check = new TopicCheck(payload, workload.sent());
        FinalReading last = new FinalReading(written, sink, payload);
        new TopicReplay(client, plan.topic(), plan.partitions()).replay((partition, offset, key, value) -> {
            check.accept(partition, offset, key, value);
            readings.accept(partition, offset, key, value);
            last.accept(partition, offset, key, value);
        });
        last.finish(played.endOffsets());
        return new Course(
                startedAt,
                played.lengthMs(),
                played.outcomes(),
                played.after().electionsSince(before),
                played.after().isrChangesSince(before),
                timeline.buckets(),
                timeline.silences(),
                workload.counts(),
                check.counts(),
                readings.counts(),
                played.isDrained());
    }

    /** What there is once all clients have gone. */
    private record Played(
            List<FaultOutcome> outcomes, long lengthMs, TopicState after, List<Long> endOffsets, boolean isDrained) {}

    private Played play(FaultRounds rounds, Workload workload, long startNs, TopicState before)
            throws IOException, InterruptedException {
        List<FaultOutcome> outcomes = rounds.run(() -> isStopping || workload.hasProducerEnded());
        long lengthMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNs);
        TopicState after = watch.await(state -> true, RunPlan.HEAL_LIMIT).orElse(before);
        progress.onChecking();
        workload.stopProducers();
        List<Long> endOffsets = endOffsets();
        boolean isDrained = workload.drain(endOffsets, RunPlan.DRAIN_LIMIT);
        return new Played(outcomes, lengthMs, after, endOffsets, isDrained);
    }

    private List<Long> endOffsets() {
        return IntStream.range(0, plan.partitions()).mapToObj(this::endOffset).toList();
    }

    private long endOffset(int partition) {
        return client.listOffsets(ListOffsetsRequest.newBuilder()
                        .setTopic(plan.topic())
                        .setPartition(partition)
                        .setLatest(LatestPosition.getDefaultInstance())
                        .build())
                .getOffset();
    }

    private List<Integer> unequalReplicas(String topicId) throws IOException, InterruptedException {
        return target.processes().isEmpty()
                ? List.of()
                : new ReplicaComparison(target.processes().get(), topicId, plan.partitions()).unequal();
    }
}
