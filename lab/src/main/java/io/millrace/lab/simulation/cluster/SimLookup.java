package io.millrace.lab.simulation.cluster;

import io.millrace.broker.core.ClusterImage;
import io.millrace.broker.core.Outcome;
import io.millrace.broker.core.PartitionState;
import io.millrace.broker.core.Refusal;
import io.millrace.broker.core.TopicImage;
import io.millrace.broker.core.TopicPartition;
import io.millrace.broker.group.PartitionLookup;
import io.millrace.broker.replication.PartitionServer;
import io.millrace.broker.replication.PartitionServer.FoundOffset;
import io.millrace.lab.simulation.seam.SimCall;
import io.millrace.lab.simulation.seam.SimNetwork;
import io.millrace.lab.simulation.seam.SimPeer;
import io.millrace.lab.simulation.seam.SimProcess;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** How a broker asks the leaders of partitions for their ends. */
final class SimLookup implements PartitionLookup {

    private static final long DEADLINE_NS = TimeUnit.SECONDS.toNanos(3);

    private final SimNetwork network;
    private final SimProcess process;
    private final int self;
    private final Supplier<ClusterImage> image;
    private final PartitionServer local;

    SimLookup(SimNetwork network, SimProcess process, int self, Supplier<ClusterImage> image, PartitionServer local) {
        this.network = network;
        this.process = process;
        this.self = self;
        this.image = image;
        this.local = local;
    }

    @Override
    public OptionalLong localEnd(TopicPartition partition) {
        return local.localEnd(partition);
    }

    /** Groups of a simulated cluster are not set by time. */
    @Override
    public void find(String topic, TopicPartition partition, Position position, Consumer<Outcome<Found>> reply) {
        TopicImage known = image.get().topics().get(topic);
        PartitionState state = known == null ? null : known.partitions().get(partition.partition());
        if (state == null || state.leader() == PartitionState.NO_LEADER) {
            reply.accept(Outcome.no(Refusal.notLeader(partition, PartitionState.NO_LEADER, -1)));
            return;
        }
        network.call(
                SimHost.address(self),
                process,
                SimHost.address(state.leader()),
                DEADLINE_NS,
                new SimCall.Client<Outcome<FoundOffset>>() {
                    @Override
                    public void serve(SimPeer peer, Consumer<Outcome<FoundOffset>> answer) {
                        boolean isStart = position instanceof Position.Earliest;
                        peer.partitions()
                                .offsetFor(
                                        partition,
                                        isStart ? PartitionServer.Position.EARLIEST : PartitionServer.Position.LATEST,
                                        answer);
                    }

                    @Override
                    public void onAnswer(Outcome<FoundOffset> answer) {
                        reply.accept(answer.fold(
                                found -> Outcome.ok(new Found(found.offset(), -1, found.offset())), Outcome::no));
                    }

                    @Override
                    public void onFailure(boolean maybeServed) {
                        reply.accept(Outcome.no(Refusal.notLeader(partition, PartitionState.NO_LEADER, -1)));
                    }
                });
    }
}
