package io.millrace.lab.run;

import io.millrace.client.MillraceClient;
import io.millrace.lab.cluster.TopicState;
import io.millrace.lab.cluster.TopicWatch;
import io.millrace.lab.drill.CheckCounts;
import io.millrace.lab.drill.Payload;
import io.millrace.lab.drill.ReplicaComparison;
import io.millrace.lab.drill.TopicCheck;
import io.millrace.lab.traffic.TopicReplay;
import io.millrace.proto.v1.CreateTopicRequest;
import io.millrace.proto.v1.LatestPosition;
import io.millrace.proto.v1.ListOffsetsRequest;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** Runs a plan against a cluster that is up. Blocks; call it once. */
public final class LabRun {
    private final RunPlan plan;
    private final RunTarget target;
    private final MillraceClient client;
    private final List<Recorder> recorders;
    private final RunProgress progress;
    private final TopicWatch watch;
    private final Payload payload;
    private volatile boolean isStopping;

    /** Tells {@code recorders} of everything, and {@code progress} of faults on the caller's thread. */
    public LabRun(
            RunPlan plan, RunTarget target, MillraceClient client, List<Recorder> recorders, RunProgress progress) {
        this.plan = plan;
        this.target = target;
        this.client = client;
        this.recorders = List.copyOf(recorders);
        this.progress = progress;
        this.watch = new TopicWatch(client, plan.topic());
        this.payload = new Payload(plan.seed(), plan.recordBytes());
    }

    /** Ends with the fault that is under way. Safe for threads. */
    public void stop() {
        isStopping = true;
    }

    /** Makes the topic, lets the faults strike one after the other, and checks what is left of it all. */
    public RunReport run() throws IOException, InterruptedException {
        String topicId = client.createTopic(CreateTopicRequest.newBuilder()
                        .setName(plan.topic())
                        .setPartitions(plan.partitions())
                        .setReplicationFactor(plan.replicationFactor())
                        .build())
                .getTopicId();
        watch.await(TopicState::isFull, RunPlan.HEAL_LIMIT);
        Instant startedAt = Instant.now();
        long startNs = System.nanoTime();
        Timeline timeline = new Timeline(plan.partitions(), startNs);
        Readings readings = new Readings(payload);
        Recorders all = new Recorders(with(timeline, readings));
        Workload workload = new Workload(target.bootstrap(), plan, payload, readings, all);
        workload.start();
        List<FaultOutcome> outcomes =
                new FaultRounds(plan, target.kit(), watch, workload, all, progress, startNs).run(() -> isStopping);
        long lengthMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNs);
        progress.onChecking();
        workload.stopProducers();
        boolean isDrained = workload.drain(endOffsets(), RunPlan.DRAIN_LIMIT);
        CheckCounts check = check(workload, readings);
        return new RunReport(
                plan,
                target.description(),
                target.command(),
                startedAt,
                target.skipped(),
                lengthMs,
                outcomes,
                timeline.buckets(),
                timeline.silences(),
                workload.counts(),
                check,
                readings.counts(),
                unequalReplicas(topicId),
                target.processes().isPresent(),
                isDrained);
    }

    private List<Recorder> with(Recorder... own) {
        List<Recorder> all = new ArrayList<>(List.of(own));
        all.addAll(recorders);
        return all;
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

    private CheckCounts check(Workload workload, Readings readings) throws IOException {
        TopicCheck check = new TopicCheck(payload, workload.sent());
        TopicReplay replay = new TopicReplay(client, plan.topic(), plan.partitions());
        replay.replay(check);
        replay.replay(readings);
        return check.counts();
    }

    private List<Integer> unequalReplicas(String topicId) throws IOException, InterruptedException {
        return target.processes().isEmpty()
                ? List.of()
                : new ReplicaComparison(target.processes().get(), topicId, plan.partitions()).unequal();
    }
}
