package io.millrace.broker.server;

import io.millrace.broker.core.Durability;
import io.millrace.broker.core.TopicConfig;
import io.millrace.broker.rpc.RpcLimits;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** What a broker was told, checked and with every default filled in; {@code deploy/config/broker.yaml} explains each key. */
public record BrokerConfig(
        Broker broker,
        Listeners listeners,
        Zookeeper zookeeper,
        TopicDefaults topicDefaults,
        Log log,
        Replication replication,
        Groups groups,
        RpcLimits limits,
        Threads threads) {

    /**
     * Who the broker is and where its data lives.
     *
     * @param livenessTimeoutMs another broker that is not heard for so long may be dead
     */
    public record Broker(int id, Path dataDir, @Nullable String rack, int livenessTimeoutMs) {}

    /** Where it is reached: by clients, and by other brokers. */
    public record Listeners(Listener client, Listener internal) {}

    /**
     * One address.
     *
     * @param bind where it listens; port 0 for a free one
     * @param advertised what others are told, null for the bound address; port 0 stands for the bound port
     */
    public record Listener(Endpoint bind, @Nullable Endpoint advertised) {

        /** What others are told once {@code boundPort} is known. */
        public Endpoint advertisedAt(int boundPort) {
            Endpoint told = advertised == null ? bind : advertised;
            return advertised == null || told.port() == 0 ? told.withPort(boundPort) : told;
        }
    }

    /** The coordinator. */
    public record Zookeeper(String connect, String root, int sessionTimeoutMs, int connectionTimeoutMs) {}

    /** What a topic gets that was created without saying otherwise. */
    public record TopicDefaults(Durability durability, long segmentBytes, int maxBatchBytes) {

        /** With {@code minInsyncReplicas} 0, for the controller to choose by the replication factor. */
        public TopicConfig asTopicConfig() {
            return new TopicConfig(durability, 0, segmentBytes, maxBatchBytes);
        }
    }

    /** @param minFreeBytes produce is refused while the disk has less */
    public record Log(int indexIntervalBytes, int flushThreads, long minFreeBytes) {}

    /**
     * Patience with followers.
     *
     * @param lagMaxMs a follower that has not caught up for so long leaves the ISR
     * @param windowBytes sent to one follower of one partition and not yet acknowledged, at most
     */
    public record Replication(int lagMaxMs, int windowBytes) {}

    /** @param offsetsRetentionMs for which a group that nobody is in, and nobody commits to, is kept */
    public record Groups(long offsetsRetentionMs) {}

    /** @param partitionLoops at least 1 */
    public record Threads(int partitionLoops) {}
}
