package io.millrace.coordinator.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.coordinator.tree.OffsetsChunk.OffsetNode;
import io.millrace.coordinator.tree.StateChunk.PartitionNode;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NodeCodecTest {

    @Test
    void aStateChunkIsCompactAndItsPartitionsAreInNumericOrder() {
        var partitions = new TreeMap<Integer, PartitionNode>();
        TreeMap<Integer, Long> epochs = new TreeMap<>();
        epochs.put(1, 7L);
        epochs.put(2, 3L);
        partitions.put(
                10, new PartitionNode(-1, -1, 3, 4, List.of(), List.of(), List.of(2), new TreeMap<>(), List.of(2, 1)));
        partitions.put(9, new PartitionNode(1, 7, 2, 5, List.of(1, 2), List.of(), List.of(), epochs, List.of(1, 2)));
        var chunk = new StateChunk("t-1", 12, partitions);

        String json = NodeCodec.encode(chunk);

        assertThat(json)
                .isEqualTo("{\"topicId\":\"t-1\",\"controllerEpoch\":12,\"partitions\":{"
                        + "\"9\":{\"leader\":1,\"leaderBrokerEpoch\":7,\"leaderEpoch\":2,\"partitionEpoch\":5,"
                        + "\"isr\":[1,2],\"elr\":[],\"lastKnownElr\":[],\"memberEpochs\":{\"1\":7,\"2\":3},"
                        + "\"replicas\":[1,2]},"
                        + "\"10\":{\"leader\":-1,\"leaderBrokerEpoch\":-1,\"leaderEpoch\":3,\"partitionEpoch\":4,"
                        + "\"isr\":[],\"elr\":[],\"lastKnownElr\":[2],\"memberEpochs\":{},\"replicas\":[2,1]}}}");
        assertThat(NodeCodec.decode("/x", json, StateChunk.class)).isEqualTo(chunk);
    }

    @Test
    void everyKindOfNodeComesBackAsItWas() {
        var endpoints = new TreeMap<String, String>();
        endpoints.put("client", "b1:7171");
        var config = new TreeMap<String, String>();
        config.put("retentionMs", "1");
        var offsets = new TreeMap<Integer, OffsetNode>();
        offsets.put(3, new OffsetNode(Long.MAX_VALUE, -1, "ä\"", 5));
        List<Record> values = List.of(
                new ClusterNode("c", 1),
                new BrokerNode(Long.MAX_VALUE, List.of("d1", "d2"), "boot", 3, 4),
                new LiveNode(1, 2, endpoints, "rack-1"),
                new ControllerNode(1, 2, "b1:7271"),
                new TopicNode("t", 3, 2, config, List.of("retentionMs")),
                new GroupNode(4, null, new TreeMap<>(), null),
                new ProducerIdsNode(Long.MAX_VALUE),
                new OffsetsChunk("t", offsets));
        for (Record value : values) {
            assertThat(NodeCodec.decode("/x", NodeCodec.encode(value), value.getClass()))
                    .isEqualTo(value);
        }
    }

    @Test
    void aRackMayBeAbsentOrNull() {
        String absent = NodeCodec.encode(new LiveNode(1, 2, new TreeMap<>(), null));

        assertThat(absent).isEqualTo("{\"brokerId\":1,\"brokerEpoch\":2,\"endpoints\":{}}");
        assertThat(NodeCodec.decode("/x", absent, LiveNode.class).rack()).isNull();
        String explicit = "{\"brokerId\":1,\"brokerEpoch\":2,\"endpoints\":{},\"rack\":null}";
        assertThat(NodeCodec.decode("/x", explicit, LiveNode.class).rack()).isNull();
    }

    @Test
    void aFieldOfANewerBrokerIsIgnored() {
        String json = "{\"clusterId\":\"c\",\"formatVersion\":1,\"colour\":{\"deep\":[1]}}";

        assertThat(NodeCodec.decode("/cluster", json, ClusterNode.class)).isEqualTo(new ClusterNode("c", 1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "{",
                "{}",
                "{\"brokerEpoch\":1,\"directoryIds\":[\"d\"]}",
                "{\"brokerEpoch\":1,\"directoryIds\":[\"d\"],\"bootId\":null}",
                "{\"directoryIds\":[\"d\"],\"bootId\":\"b\"}",
                "{\"brokerEpoch\":null,\"directoryIds\":[\"d\"],\"bootId\":\"b\"}",
                "{\"brokerEpoch\":\"1\",\"directoryIds\":[\"d\"],\"bootId\":\"b\"}",
                "{\"brokerEpoch\":1.5,\"directoryIds\":[\"d\"],\"bootId\":\"b\"}",
                "{\"brokerEpoch\":1,\"directoryIds\":\"d\",\"bootId\":\"b\"}",
                "{\"brokerEpoch\":1,\"directoryIds\":[null],\"bootId\":\"b\"}",
                "{\"brokerEpoch\":1,\"directoryIds\":[\"d\"],\"bootId\":7}",
                "{\"brokerEpoch\":1,\"brokerEpoch\":2,\"directoryIds\":[\"d\"],\"bootId\":\"b\"}",
                "{\"brokerEpoch\":1,\"directoryIds\":[\"d\"],\"bootId\":\"b\"} x"
            })
    void whatIsNotABrokerNodeIsRefusedAndThePathNamed(String json) {
        assertThatThrownBy(() -> NodeCodec.decode("/brokers/7", json, BrokerNode.class))
                .isInstanceOf(MalformedNodeException.class)
                .hasMessageContaining("/brokers/7");
    }

    @Test
    void aFieldMissingDeepInsideIsNamed() {
        String json = "{\"topicId\":\"t\",\"partitions\":{\"0\":{\"offset\":1,\"leaderEpoch\":0,\"time\":1}}}";

        assertThatThrownBy(() -> NodeCodec.decode("/groups/g", json, OffsetsChunk.class))
                .hasMessageContaining("metadata");
    }
}
