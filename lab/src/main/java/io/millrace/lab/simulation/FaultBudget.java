package io.millrace.lab.simulation;

import io.millrace.broker.core.Durability;
import io.millrace.broker.core.TopicImage;
import io.millrace.broker.core.TopicPartition;
import io.millrace.lab.simulation.check.Losses;
import io.millrace.lab.simulation.cluster.SimHost;
import java.util.List;

/**
 * What may break so that everything acknowledged survives. Nobody promises to survive the loss of all in-sync replicas:
 * another one must be left that has lost nothing since it became one. And fewer than {@code minInsyncReplicas} may have
 * lost something without anybody knowing: the others may leave, and rely on them.
 */
final class FaultBudget {

    private final Stage stage;
    private final Losses losses;

    FaultBudget(Stage stage) {
        this.stage = stage;
        this.losses = stage.checks().losses();
    }

    /** A power cut takes nothing from a topic whose records are synced before they are acknowledged. */
    boolean maySufferPowerCut(SimHost host) {
        return stage.topics().stream()
                .filter(topic -> topic.config().durability() == Durability.REPLICATED)
                .allMatch(topic -> mayLose(host, topic));
    }

    /** Whether the host may lose all that it has. */
    boolean mayLoseDisk(SimHost host) {
        return stage.topics().stream().allMatch(topic -> mayLose(host, topic));
    }

    private boolean mayLose(SimHost host, TopicImage topic) {
        for (int number = 0; number < topic.partitionCount(); number++) {
            if (!mayLose(host, new TopicPartition(topic.topicId(), number))) {
                return false;
            }
        }
        return true;
    }

    /** Whether the host may lose what it has of a partition. */
    boolean mayLose(SimHost host, TopicPartition partition) {
        long unsound = others(host).stream()
                .filter(other -> losses.isUnsoundMember(other, partition))
                .count();
        return unsound + 1 < minInsyncReplicas(partition) && mayDoWithout(host, partition);
    }

    /** Whether another one has everything. */
    boolean mayDoWithout(SimHost host, TopicPartition partition) {
        return others(host).stream().anyMatch(other -> losses.isSoundMember(other, partition));
    }

    private List<SimHost> others(SimHost host) {
        return stage.cluster().hosts().stream().filter(other -> other != host).toList();
    }

    private int minInsyncReplicas(TopicPartition partition) {
        return stage.topics().stream()
                .filter(topic -> topic.topicId().equals(partition.topicId()))
                .mapToInt(topic -> topic.config().minInsyncReplicas())
                .findFirst()
                .orElse(0);
    }
}
