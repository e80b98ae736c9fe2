package io.millrace.lab.simulation.check;

import io.millrace.broker.core.BrokerIncarnation;
import io.millrace.broker.core.Durability;
import io.millrace.broker.core.TopicImage;
import io.millrace.broker.core.TopicPartition;
import io.millrace.coordinator.tree.StateChunk.PartitionNode;
import io.millrace.lab.simulation.cluster.SimBroker;
import io.millrace.lab.simulation.cluster.SimCluster;
import io.millrace.lab.simulation.cluster.SimHost;
import java.util.TreeMap;

/**
 * Who has lost what by planted faults, and in which broker epoch. Faults ask it whom others may still have to rely on;
 * checks ask it of whom nothing can be demanded.
 */
public final class Losses {

    private final SimCluster cluster;
    private final WatchedPartitions partitions;
    private final RecordWatch recorded;
    private final Soundness soundness = new Soundness();
    /** The last broker epoch that each broker was seen under. */
    private final TreeMap<Integer, Long> epochs = new TreeMap<>();

    Losses(SimCluster cluster, WatchedPartitions partitions, RecordWatch recorded) {
        this.cluster = cluster;
        this.partitions = partitions;
        this.recorded = recorded;
    }

    /** This process runs: what is lost from now on was its. */
    void onSeen(BrokerIncarnation process) {
        epochs.put(process.id(), process.epoch());
    }

    /** It is recorded that this broker has everything. */
    void onJoined(TopicPartition partition, int broker, long brokerEpoch) {
        soundness.onJoined(partition, broker, brokerEpoch);
    }

    /** {@code host} loses power now. */
    public void onPowerCut(SimHost host) {
        partitions.forEach((partition, topic) -> {
            if (topic.config().durability() == Durability.REPLICATED) {
                soundness.onLost(partition, host.brokerId(), lastEpochOf(host));
            }
        });
    }

    /** All that {@code host} had is gone. */
    public void onDiskReplaced(SimHost host) {
        partitions.all().forEach(partition -> onLogDeleted(host, partition));
    }

    /** What {@code host} had of a partition is gone, whatever was wrong with it. */
    public void onLogDeleted(SimHost host, TopicPartition partition) {
        soundness.onDeleted(partition, host.brokerId(), lastEpochOf(host));
    }

    private long lastEpochOf(SimHost host) {
        return epochs.getOrDefault(host.brokerId(), 0L);
    }

    /** What {@code host} has of a partition is not what it was. Nobody may rely on it, and it cannot be read. */
    public void onDamage(SimHost host, TopicPartition partition) {
        soundness.onDamage(partition, host.brokerId());
    }

    /** Whether it is so still. */
    public boolean isDamaged(SimHost host, TopicPartition partition) {
        return soundness.isDamaged(partition, host.brokerId());
    }

    /** Whether the broker is in sync or eligible, and has lost nothing since it became so. */
    public boolean isSoundMember(SimHost host, TopicPartition partition) {
        return isMember(host, partition) && soundness.isSound(partition, host.brokerId());
    }

    /** Whether it is, and has. */
    public boolean isUnsoundMember(SimHost host, TopicPartition partition) {
        return isMember(host, partition) && !soundness.isSound(partition, host.brokerId());
    }

    private boolean isMember(SimHost host, TopicPartition partition) {
        PartitionNode state = recorded.state(partition);
        return state != null
                && (state.isr().contains(host.brokerId()) || state.elr().contains(host.brokerId()));
    }

    /**
     * Whether what runs there is not what {@code state} names, and need not have what that had: its host has lost power or
     * its disk since, and nobody has heard of it yet. As soon as it is heard of it leaves (N13), and until then it leads
     * nothing.
     */
    boolean isAnotherStart(int id, TopicPartition partition, PartitionNode state) {
        SimBroker broker = cluster.broker(id);
        BrokerIncarnation running = broker == null ? null : broker.incarnation();
        TopicImage topic = partitions.topic(partition);
        Long named = state.memberEpochs().get(id);
        return running != null
                && named != null
                && running.epoch() != named
                && topic != null
                && (topic.config().durability() == Durability.REPLICATED || !soundness.isSound(partition, id));
    }
}
