package io.millrace.lab.run;

import io.millrace.client.ClientConfig;
import io.millrace.client.MillraceClient;
import io.millrace.client.MillraceException;
import io.millrace.lab.history.BrokerEvent.StateRecorded;
import io.millrace.lab.history.Certainty;
import io.millrace.lab.history.ClientEvent.Failed;
import io.millrace.lab.history.ClientEvent.Fetched;
import io.millrace.lab.history.GroupEvent.Committed;
import io.millrace.lab.history.GroupEvent.CommittedOk;
import io.millrace.lab.history.HistorySink;
import io.millrace.lab.history.PartitionOffset;
import io.millrace.proto.v1.FetchOffsetsResponse;
import io.millrace.proto.v1.LatestPosition;
import io.millrace.proto.v1.ListOffsetsRequest;
import io.millrace.proto.v1.ListOffsetsResponse;
import io.millrace.proto.v1.Partition;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * Writes down what a cluster says of itself while a run goes on: who leads and who is in sync, the high watermarks, and
 * what the group has committed. Has a thread of its own.
 */
final class ClusterObserver {
    private static final String PROCESS = "observer";
    private static final long PAUSE_MS = 250;
    private static final int ROUNDS_BETWEEN_WATERMARKS = 2;
    private static final int ROUNDS_BETWEEN_COMMITS = 4;
    // Whoever does not answer by then is asked again.
    private static final long TIMEOUT_MS = 5_000;

    private final RunPlan plan;
    private final String group;
    private final RunHistory history;
    private final HistorySink sink;
    private final MillraceClient client;
    private final Thread thread = new Thread(this::run, "mill-observer");
    private final CountDownLatch end = new CountDownLatch(1);
    private final Map<Integer, Integer> partitionEpochs = new HashMap<>();
    private long op;

    ClusterObserver(String bootstrap, RunPlan plan, RunHistory history, HistorySink sink) {
        this.plan = plan;
        this.group = GroupSeat.group(plan);
        this.history = history;
        this.sink = sink;
        this.client = new MillraceClient(ClientConfig.of(bootstrap).withTimeoutMs(TIMEOUT_MS));
    }

    void start() {
        thread.start();
    }

    /** Looks a last time. */
    void stop() throws InterruptedException {
        end.countDown();
        thread.join();
        client.close();
    }

    private void run() {
        try {
            for (long round = 0; !end.await(PAUSE_MS, TimeUnit.MILLISECONDS); round++) {
                look(round % ROUNDS_BETWEEN_WATERMARKS == 0, round % ROUNDS_BETWEEN_COMMITS == 0);
            }
            look(true, true);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void look(boolean atWatermarks, boolean atCommits) {
        try {
            client.metadata(plan.topic()).getTopicsList().stream()
                    .filter(topic -> topic.getName().equals(plan.topic()))
                    .forEach(topic -> topic.getPartitionsList().forEach(this::tell));
            if (atWatermarks) {
                IntStream.range(0, plan.partitions()).forEach(this::watermark);
            }
        } catch (MillraceException e) {
            // A cluster under faults may not answer; what clients were told meanwhile is on record.
            return;
        }
        if (atCommits && plan.members() > 0) {
            committed();
        }
    }

    /** Brokers that are behind tell of states that are known already. */
    private void tell(Partition state) {
        int known = partitionEpochs.getOrDefault(state.getPartition(), -1);
        if (state.getPartitionEpoch() > known) {
            partitionEpochs.put(state.getPartition(), state.getPartitionEpoch());
            int leader = state.getLeaderId();
            sink.add(new StateRecorded(
                    history.at(PROCESS, System.nanoTime()),
                    history.partition(state.getPartition()),
                    state.getPartitionEpoch(),
                    state.getLeaderEpoch(),
                    leader,
                    leader < 0 ? "" : "broker-" + leader,
                    state.getIsrList(),
                    state.getElrList()));
        }
    }

    private void watermark(int partition) {
        long askedNs = System.nanoTime();
        ListOffsetsResponse answer = client.listOffsets(ListOffsetsRequest.newBuilder()
                .setTopic(plan.topic())
                .setPartition(partition)
                .setLatest(LatestPosition.getDefaultInstance())
                .build());
        if (answer.hasHighWatermark()) {
            sink.add(new Fetched(
                    history.at(PROCESS, System.nanoTime()),
                    askedNs,
                    history.partition(partition),
                    0,
                    answer.getHighWatermark(),
                    answer.getLeaderEpoch(),
                    List.of()));
        }
    }

    private void committed() {
        op++;
        sink.add(new Committed(history.at(PROCESS, System.nanoTime()), op, group));
        try {
            FetchOffsetsResponse answer = client.fetchOffsets(group, plan.topic());
            sink.add(new CommittedOk(history.at(PROCESS, System.nanoTime()), op, group, offsets(answer)));
        } catch (MillraceException e) {
            sink.add(
                    new Failed(history.at(PROCESS, System.nanoTime()), op, Certainty.INDETERMINATE, FailureWord.of(e)));
        }
    }

    /** Of every partition; the answer leaves out those of which nothing is committed. */
    private List<PartitionOffset> offsets(FetchOffsetsResponse answer) {
        long[] offsets = new long[plan.partitions()];
        Arrays.fill(offsets, -1);
        answer.getOffsetsList().forEach(found -> offsets[found.getPartition()] = found.getOffset());
        return IntStream.range(0, offsets.length)
                .mapToObj(number -> new PartitionOffset(history.partition(number), offsets[number]))
                .toList();
    }
}
