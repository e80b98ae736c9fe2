package io.millrace.broker.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.core.BrokerIncarnation;
import io.millrace.broker.core.ClusterImage;
import io.millrace.broker.core.Durability;
import io.millrace.broker.core.PartitionState;
import io.millrace.broker.core.PartitionStates;
import io.millrace.broker.core.TopicConfig;
import io.millrace.broker.core.TopicImage;
import io.millrace.coordinator.Node;
import io.millrace.coordinator.tree.BrokerNode;
import io.millrace.coordinator.tree.ControllerNode;
import io.millrace.coordinator.tree.LiveNode;
import io.millrace.coordinator.tree.NodeCodec;
import io.millrace.coordinator.tree.Paths;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ImageAssemblyTest {

    private final ImageAssembly assembly = new ImageAssembly("c");

    @Test
    void aStaleChunkTakesNothingBackAndANewerOneCounts() {
        assembly.onNode(topicNode("id", 1));
        assembly.onNode(chunkNode("id", state(2, 1, 4, 9)));
        assembly.onNode(chunkNode("id", state(1, 1, 3, 8)));

        assertThat(partition()).isEqualTo(state(2, 1, 4, 9));

        assembly.onNode(chunkNode("id", state(1, 2, 5, 10)));

        assertThat(partition()).isEqualTo(state(1, 2, 5, 10));
    }

    @Test
    void aChunkCountsOnlyForTheTopicWhoseIdItBearsInWhateverOrderTheyArrive() {
        assembly.onNode(topicNode("old", 1));
        assembly.onNode(chunkNode("old", state(1, 1, 7, 70)));
        assembly.onNode(chunkNode("new", state(2, 1, 0, 0)));
        assertThat(partition()).isEqualTo(state(1, 1, 7, 70));

        assembly.onNode(topicNode("new", 2));

        assertThat(topic("t")).extracting(TopicImage::topicId).isEqualTo("new");
        assertThat(partition()).isEqualTo(state(2, 1, 0, 0));
    }

    @Test
    void aLateEventOfTheTopicBeforeDoesNotBringItBack() {
        assembly.onNode(topicNode("new", 2));
        assembly.onNode(topicNode("old", 1));

        assertThat(topic("t")).extracting(TopicImage::topicId).isEqualTo("new");
    }

    @Test
    void aDeletedTopicDisappearsAndComesBackWithoutItsPast() {
        assembly.onNode(topicNode("old", 1));
        assembly.onNode(chunkNode("old", state(1, 1, 7, 70)));
        assembly.onDeleted(Paths.topicState("t", 0));
        assertThat(topic("t")).as("until its own node is gone").isNotNull();
        assembly.onDeleted(Paths.topicStates("t"));
        assembly.onDeleted(Paths.topic("t"));
        assertThat(assembly.image().topics()).isEmpty();

        assembly.onNode(topicNode("new", 5));
        assembly.onNode(chunkNode("new", state(2, 1, 0, 0)));

        assertThat(partition()).isEqualTo(state(2, 1, 0, 0));
    }

    @Test
    void whatCannotBeReadIsPassedOverAndWhatWasKnownStays() {
        assembly.onNode(topicNode("id", 1));
        assembly.onNode(chunkNode("id", state(2, 1, 4, 9)));
        ClusterImage known = assembly.image();

        assembly.onNode(node(Paths.topicState("t", 0), "{", 5, 9));
        assembly.onNode(node(Paths.topic("t"), "{\"topicId\":3}", 5, 9));
        assembly.onNode(node(Paths.topic("u"), "", 0, 9));
        assembly.onNode(node("/topics/t/state/zero", "{}", 0, 9));
        assembly.onNode(node("/brokers/one/live-x", "{}", 0, 9));
        assembly.onNode(node("/brokers", "", 0, 9));
        assembly.onDeleted("/brokers/1/live-1");
        assembly.onDeleted("/topics");

        assertThat(assembly.image()).isEqualTo(known);
    }

    @Test
    void ofSeveralIncarnationsTheNewestIsLiveAndNoneThatIsOlderThanTheCounter() {
        assembly.onNode(live(1, 4));
        assertThat(assembly.image().brokers().get(1)).isNotNull();
        assembly.onNode(live(1, 5));
        assembly.onDeleted(Paths.live(1, 4));
        assembly.onNode(live(2, 3));
        assembly.onNode(node(Paths.broker(2), NodeCodec.encode(new BrokerNode(4, List.of("d"), "b", 1, 1)), 3, 1));

        assertThat(assembly.image().brokers().values())
                .extracting(broker -> broker.incarnation())
                .containsExactly(new BrokerIncarnation(1, 5));
    }

    @Test
    void whatAControllerTellsCountsAtOnceWhereItIsNewerAndOfTheSameTopic() {
        assembly.onNode(topicNode("id", 1));
        assembly.onNode(chunkNode("id", state(2, 1, 4, 9)));

        assembly.onRecorded(told("id", state(1, 1, 5, 10)));
        assertThat(partition()).isEqualTo(state(1, 1, 5, 10));
        assembly.onRecorded(told("id", state(2, 1, 4, 9)));
        assertThat(partition()).as("told late").isEqualTo(state(1, 1, 5, 10));
        assembly.onRecorded(told("another", state(1, 1, 7, 70)));
        String chunk = Paths.topicState("t", 0);
        RecordedChunk sound = told("id", state(2, 1, 6, 11));
        for (RecordedChunk senseless : List.of(
                new RecordedChunk(chunk, "{"),
                new RecordedChunk(chunk, "{}"),
                new RecordedChunk(chunk, "null"),
                told("id", state(3, 1, 6, 11)),
                new RecordedChunk(Paths.topic("t"), sound.data()),
                new RecordedChunk(Paths.topicState("unknown", 0), sound.data()))) {
            assembly.onRecorded(senseless);
        }
        assertThat(partition()).isEqualTo(state(1, 1, 5, 10));
    }

    /** The deletion and the new topic's states were seen, its own node was not yet, when the old one's were told. */
    @Test
    void whatIsToldLateOfADeletedTopicDoesNotTakeThePlaceOfTheNewOnesStates() {
        assembly.onNode(topicNode("old", 1));
        assembly.onDeleted(Paths.topic("t"));
        assembly.onNode(chunkNode("new", state(2, 1, 0, 0)));

        assembly.onRecorded(told("old", state(1, 1, 7, 70)));
        assembly.onNode(topicNode("new", 5));

        assertThat(partition()).isEqualTo(state(2, 1, 0, 0));
    }

    @Test
    void whatAControllerTellsAfterALaterOneIsKnownCountsForNothing() {
        assembly.onNode(topicNode("id", 1));
        assembly.onNode(chunkNode("id", state(2, 1, 4, 9)));
        assembly.onNode(controller(2, 1));

        assembly.onRecorded(told("id", state(1, 1, 5, 10)));

        assertThat(partition()).isEqualTo(state(2, 1, 4, 9));
    }

    private static RecordedChunk told(String topicId, PartitionState state) {
        Node chunk = chunkNode(topicId, state);
        return new RecordedChunk(chunk.path(), chunk.data());
    }

    @Test
    void theControllersEpochNeverGoesBack() {
        assembly.onNode(controller(3, 1));
        assembly.onNode(controller(2, 2));

        assertThat(assembly.image().controllerEpoch()).isEqualTo(3);
        assertThat(assembly.image().controller()).isEqualTo(new BrokerIncarnation(1, 9));
    }

    private PartitionState partition() {
        TopicImage topic = topic("t");
        PartitionState state = topic == null ? null : topic.partitions().get(0);
        if (state == null) {
            throw new AssertionError("no t-0 in " + assembly.image());
        }
        return state;
    }

    private @Nullable TopicImage topic(String name) {
        return assembly.image().topics().get(name);
    }

    private static PartitionState state(int leader, long leaderBrokerEpoch, int leaderEpoch, int partitionEpoch) {
        return PartitionStates.of(leader, leaderBrokerEpoch, leaderEpoch, partitionEpoch, List.of(1, 2), List.of(1, 2));
    }

    private static Node topicNode(String topicId, long createdAt) {
        return node(
                Paths.topic("t"), NodeCodec.encode(TopicNodes.node(image(topicId, new TreeMap<>()), 1)), 0, createdAt);
    }

    private static Node chunkNode(String topicId, PartitionState state) {
        TreeMap<Integer, PartitionState> partitions = new TreeMap<>();
        partitions.put(0, state);
        return node(
                Paths.topicState("t", 0),
                NodeCodec.encode(TopicNodes.chunk(image(topicId, partitions), 0, 1)),
                state.partitionEpoch(),
                1);
    }

    private static TopicImage image(String topicId, SortedMap<Integer, PartitionState> partitions) {
        TopicConfig config = new TopicConfig(Durability.REPLICATED, 1, 1 << 20, 1 << 20);
        return new TopicImage("t", topicId, 1, 2, config, List.of("durability"), partitions);
    }

    private static Node live(int id, long epoch) {
        return node(Paths.live(id, epoch), NodeCodec.encode(new LiveNode(id, epoch, new TreeMap<>(), "r")), 0, 1);
    }

    private static Node controller(int version, int brokerId) {
        return node(Paths.CONTROLLER_EPOCH, NodeCodec.encode(new ControllerNode(brokerId, 9, "here:1")), version, 1);
    }

    private static Node node(String path, String data, int version, long createdAt) {
        return new Node(path, data, version, createdAt, createdAt + version, 0);
    }
}
