package io.millrace.lab.drill;

import io.millrace.client.MillraceClient;
import io.millrace.lab.cluster.CalmWatch;
import io.millrace.lab.cluster.ClusterProcesses;
import io.millrace.lab.cluster.TopicState;
import io.millrace.lab.cluster.TopicWatch;
import io.millrace.lab.traffic.TopicReplay;
import io.millrace.lab.traffic.TopicTail;
import io.millrace.proto.v1.CreateTopicRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;

/** Runs a plan against a cluster that is up. Blocks; call it once. */
public final class Drill {
    private final DrillPlan plan;
    private final String bootstrap;
    private final MillraceClient client;
    private final ClusterProcesses processes;
    private final Consumer<Round> progress;
    private final TopicWatch watch;
    private final Payload payload;
    private volatile boolean isStopping;

    /**
     * Tells {@code progress} of each round when it is over, on the caller's thread.
     *
     * @param bootstrap addresses {@code host:port} for the load, which is a client of its own
     */
    public Drill(
            DrillPlan plan,
            String bootstrap,
            MillraceClient client,
            ClusterProcesses processes,
            Consumer<Round> progress) {
        this.plan = plan;
        this.bootstrap = bootstrap;
        this.client = client;
        this.processes = processes;
        this.progress = progress;
        this.watch = new TopicWatch(client, plan.topic());
        this.payload = new Payload(plan.seed(), plan.recordBytes());
    }

    /** Ends with the round that is under way. Safe for threads. */
    public void stop() {
        isStopping = true;
    }

    /**
     * Makes the topic, waits until the cluster is calm, runs the rounds, and checks what is left of it.
     *
     * @throws IOException if the cluster does not become calm, or its processes or files cannot be had
     */
    public DrillReport run() throws IOException, InterruptedException {
        String topicId = client.createTopic(CreateTopicRequest.newBuilder()
                        .setName(plan.topic())
                        .setPartitions(plan.partitions())
                        .setReplicationFactor(plan.replicationFactor())
                        .build())
                .getTopicId();
        Random random = new Random(plan.seed());
        awaitCalm();
        Load load = new Load(bootstrap, plan, payload, new Random(plan.seed()));
        List<Round> rounds = new ArrayList<>();
        try (TopicTail tail = new TopicTail(client, plan.topic(), plan.partitions())) {
            load.start();
            try {
                Thread.sleep(DrillPlan.WARM_UP.toMillis());
                for (int i = 1; i <= plan.rounds() && !isStopping && isWhole(rounds); i++) {
                    Round round = new DrillRound(plan, processes, watch, load, random).run(i);
                    rounds.add(round);
                    progress.accept(round);
                }
            } finally {
                load.stop();
            }
            return report(topicId, rounds, load, tail);
        }
    }

    private void awaitCalm() throws IOException, InterruptedException {
        // The broker that is asked for all topics need not have heard of the new one.
        Optional<String> uneasy =
                watch.await(TopicState::isCalm, DrillPlan.FULL_LIMIT).isEmpty()
                        ? Optional.of(plan.topic())
                        : new CalmWatch(client).await(DrillPlan.FULL_LIMIT);
        if (uneasy.isPresent()) {
            throw new IOException("the cluster is not calm: topic " + uneasy.get()
                    + " does not have all its replicas in sync and its preferred leaders, after "
                    + DrillPlan.FULL_LIMIT.toSeconds() + " s");
        }
    }

    private static boolean isWhole(List<Round> rounds) {
        return rounds.isEmpty() || rounds.get(rounds.size() - 1).isWhole();
    }

    private DrillReport report(String topicId, List<Round> rounds, Load load, TopicTail tail)
            throws IOException, InterruptedException {
        TopicReplay replay = new TopicReplay(client, plan.topic(), plan.partitions());
        TopicCheck check = new TopicCheck(payload, load.sent());
        replay.replay(check);
        CheckCounts counts = check.counts();
        // Planted into what is broken already, a fault could not be told from what was there.
        boolean isSelfTested = plan.isSelfTest() && counts.isClean();
        List<PlantedFault> missed = isSelfTested
                ? new CheckSelfTest(replay, () -> new TopicCheck(payload, load.sent()), load.sent()).missed()
                : List.of();
        return new DrillReport(
                plan,
                rounds,
                load.handedOver(),
                load.failures(),
                load.firstFailure(),
                tail.answers(),
                tail.failures(),
                load.latestMs(),
                counts,
                missed,
                isSelfTested,
                new ReplicaComparison(processes, topicId, plan.partitions()).unequal());
    }
}
