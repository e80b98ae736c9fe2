package io.millrace.broker.controller;

import static io.millrace.broker.controller.TestCluster.refusal;
import static io.millrace.broker.controller.TestCluster.topic;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.controller.TestCluster.Asked;
import io.millrace.broker.core.ErrorReason;
import io.millrace.broker.core.Outcome;
import io.millrace.broker.core.TopicImage;
import io.millrace.coordinator.Node;
import io.millrace.coordinator.Operation;
import io.millrace.coordinator.TreeListener;
import io.millrace.coordinator.tree.ControllerNode;
import io.millrace.coordinator.tree.NodeCodec;
import io.millrace.coordinator.tree.Paths;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** How a controller makes topics, and what becomes of those that are made by half or cannot be read. */
class ControllerTopicsTest {

    @Test
    void aTopicIsSeenByEveryBrokerAsItWasAnswered() {
        TestCluster cluster = TestCluster.of(1, 2, 3);

        TopicImage created = cluster.create("t", 4, 3);

        assertThat(cluster.image().topics()).containsExactly(Map.entry("t", created));
        assertThat(created.partitions()).hasSize(4);
        assertThat(cluster.image().controllerEndpoint()).startsWith("internal-");
    }

    @Test
    void aDryRunAnswersAndWritesNothing() {
        TestCluster cluster = TestCluster.of(1, 2, 3);
        Asked<Outcome<TopicImage>> asked = new Asked<>();

        cluster.controller()
                .controller()
                .createTopic(
                        new ControllerRequests.NewTopic(
                                "t",
                                "id",
                                OptionalInt.empty(),
                                OptionalInt.empty(),
                                TestCluster.CONFIG,
                                new TreeMap<>(),
                                true),
                        asked);
        cluster.time.settle();

        assertThat(asked.answer().fold(TopicImage::replicationFactor, no -> -1)).isEqualTo(3);
        assertThat(cluster.exists(Paths.topic("t"))).isFalse();
        assertThat(cluster.create("t", 1, 1).name()).isEqualTo("t");
    }

    @Test
    void theLargestTopicIsMadeWithinTheLimitsOfATransactionAndDeletedWhole() {
        TestCluster cluster = TestCluster.of(1, 2, 3);

        TopicImage created = cluster.create("t", 10_000, 3);

        assertThat(created.partitions()).hasSize(10_000);
        assertThat(cluster.image().topics()).containsEntry("t", created);
        assertThat(cluster.node(Paths.topic("t")).version())
                .as("more than one transaction")
                .isPositive();

        Asked<Outcome<String>> deleted = new Asked<>();
        cluster.controller().controller().deleteTopic("t", "t-id", deleted);
        cluster.time.settle();

        assertThat(deleted.answer()).isEqualTo(Outcome.ok("t-id"));
        assertThat(cluster.exists(Paths.topic("t"))).isFalse();
        assertThat(cluster.image().topics()).isEmpty();
        assertThat(cluster.create("t", 1, 1).partitions()).hasSize(1);
    }

    @Test
    void aLargeTopicThatWasInterruptedIsAWholeTopicOfFewerPartitions() {
        TestCluster cluster = TestCluster.of(1, 2, 3);
        InterruptedCreation creation = new InterruptedCreation(cluster);

        creation.run();

        assertThat(refusal(creation.asked.answer()).definite()).isFalse();
        TopicImage topic = Objects.requireNonNull(cluster.image().topics().get("t"));
        assertThat(topic.partitionCount()).isPositive().isLessThan(3_000);
        assertThat(topic.partitions()).hasSize(topic.partitionCount());
    }

    /** The epoch is raised as soon as the first part of a large topic is there. */
    private static final class InterruptedCreation {
        final Asked<Outcome<TopicImage>> asked = new Asked<>();
        private final TestCluster cluster;

        InterruptedCreation(TestCluster cluster) {
            this.cluster = cluster;
        }

        void run() {
            int epoch = cluster.image().controllerEpoch();
            cluster.outsider.watch(Paths.topic("t"), new TreeListener() {
                private boolean isDone;

                @Override
                public void onNode(Node node) {
                    if (!isDone) {
                        isDone = true;
                        cluster.meddle(new Operation.SetData(
                                Paths.CONTROLLER_EPOCH,
                                NodeCodec.encode(new ControllerNode(9, 1, "elsewhere:1")),
                                epoch));
                    }
                }

                @Override
                public void onDeleted(String path) {}

                @Override
                public void onInitialized() {}
            });
            cluster.controller().controller().createTopic(topic("t", 3_000, 3), asked);
            cluster.time.settle();
        }
    }

    @Test
    void aTopicThatCannotBeReadIsLeftAloneAndStopsNobody() {
        TestCluster cluster = TestCluster.of(1, 2);
        cluster.create("good", 1, 2);
        cluster.meddle(new Operation.Create(Paths.topic("bad"), "{oops", false));
        cluster.kill(cluster.controller().registration().brokerId());
        Asked<Outcome<TopicImage>> asked = new Asked<>();

        cluster.controller().controller().createTopic(topic("bad", 1, 1), asked);
        cluster.time.settle();

        assertThat(refusal(asked.answer()).reason()).isEqualTo(ErrorReason.TOPIC_EXISTS);
        assertThat(cluster.partition("good", 0).isr()).hasSize(1);
        assertThat(cluster.node(Paths.topic("bad")).data()).isEqualTo("{oops");
    }
}
