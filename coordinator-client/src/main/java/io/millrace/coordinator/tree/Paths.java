package io.millrace.coordinator.tree;

/** Where things are. All paths are below the root that the adapter adds ({@code /millrace}). */
public final class Paths {

    public static final String CLUSTER = "/cluster";
    public static final String BROKERS = "/brokers";
    public static final String CONTROLLER = "/controller";
    public static final String CONTROLLER_LATCH = "/controller/latch";
    public static final String CONTROLLER_EPOCH = "/controller/epoch";
    public static final String TOPICS = "/topics";
    public static final String GROUPS = "/groups";
    public static final String PRODUCER_IDS = "/producer-ids";

    /** Partitions in one state or offsets node: a failover rewrites nodes, not partitions, and a node stays small. */
    public static final int PARTITIONS_PER_CHUNK = 256;

    private Paths() {}

    public static String broker(int brokerId) {
        return BROKERS + "/" + brokerId;
    }

    /** The name holds the epoch, so that a late delete cannot hit a broker that came back (R45). */
    public static String live(int brokerId, long brokerEpoch) {
        return broker(brokerId) + "/live-" + brokerEpoch;
    }

    public static String topic(String name) {
        return TOPICS + "/" + name;
    }

    public static String topicStates(String name) {
        return topic(name) + "/state";
    }

    public static String topicState(String name, int chunk) {
        return topicStates(name) + "/" + chunk;
    }

    public static String group(String group) {
        return GROUPS + "/" + group;
    }

    public static String groupOffsets(String group) {
        return group(group) + "/offsets";
    }

    public static String groupReset(String group) {
        return group(group) + "/reset";
    }

    public static String groupTopic(String group, String topic) {
        return groupOffsets(group) + "/" + topic;
    }

    public static String groupOffsets(String group, String topic, int chunk) {
        return groupTopic(group, topic) + "/" + chunk;
    }

    /** The chunk that holds {@code partition}. */
    public static int chunk(int partition) {
        return partition / PARTITIONS_PER_CHUNK;
    }
}
