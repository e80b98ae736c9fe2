package io.millrace.lab.simulation;

import io.millrace.broker.core.TopicPartition;
import io.millrace.broker.core.controller.UncleanLeaders;
import io.millrace.coordinator.tree.StateChunk.PartitionNode;
import io.millrace.lab.simulation.check.Checks;
import io.millrace.lab.simulation.seam.SimProcess;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;

/**
 * A person who has a leader elected where all who could lead have lost what they had: brokers elect nobody there. Only
 * where nothing was acknowledged, say in a topic that was made while its one broker had lost its power; everywhere else
 * the {@link FaultBudget} leaves somebody.
 */
final class LastResort {

    private static final String ADDRESS = "last resort";
    private static final long EVERY_NS = TimeUnit.SECONDS.toNanos(1);

    private final Stage stage;
    private final SimProcess process;
    private long notBeforeNs;
    private int broker;

    LastResort(Stage stage) {
        this.stage = stage;
        this.process = stage.cluster().time().process(ADDRESS);
    }

    /** To be called often. */
    void look() {
        long nowNs = stage.cluster().time().nanoTime();
        if (nowNs < notBeforeNs) {
            return;
        }
        notBeforeNs = nowNs + EVERY_NS;
        // Any broker: after some tries it is the controller.
        broker = broker % stage.cluster().hosts().size() + 1;
        stage.partitions().stream().filter(this::isHopeless).forEach(this::elect);
    }

    private boolean isHopeless(TopicPartition partition) {
        PartitionNode state = stage.checks().state(partition);
        return state != null
                && state.leader() < 0
                && !state.lastKnownElr().isEmpty()
                && stage.checks().committedEnd(partition) == 0;
    }

    private void elect(TopicPartition partition) {
        stage.checks().asked().ask(Checks.electionOf(partition));
        stage.askController(
                ADDRESS,
                process,
                broker,
                EVERY_NS,
                new ControllerQuestion<UncleanLeaders>(
                        (controller, reply) -> controller.electUnclean(
                                stage.name(partition.topicId()),
                                partition.topicId(),
                                OptionalInt.of(partition.partition()),
                                reply),
                        outcome -> {
                            // Whatever it says, the state is looked at again.
                        }));
    }
}
