package io.millrace.client;

import io.millrace.proto.v1.Broker;
import io.millrace.proto.v1.GetMetadataResponse;
import io.millrace.proto.v1.LeaderHint;
import io.millrace.proto.v1.Partition;
import io.millrace.proto.v1.Topic;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the client has learned about brokers and leaders. Newer leader epochs win, so a hint or an answer from a broker
 * that lags behind cannot send the client back. Safe for threads.
 */
final class Routes {
    private record Key(String topic, int partition) {}

    /** Without an endpoint where there is no leader, or where the one that was known has failed. */
    private record Route(
            String topicId, int leaderEpoch, @Nullable String endpoint) {
        /** A hint does not name the topic id, so a route learned from one fits any. */
        boolean isOf(String id) {
            return topicId.isEmpty() || topicId.equals(id);
        }
    }

    private final List<String> bootstrap;
    private final Map<Key, Route> routes = new HashMap<>();
    private Map<Integer, String> brokers = Map.of();
    private @Nullable String lastAnswering;

    Routes(List<String> bootstrap) {
        this.bootstrap = bootstrap;
    }

    /** Every address that may answer, without repetition: the one that did last, the bootstrap list, then all others. */
    synchronized Set<String> candidates() {
        Set<String> all = new LinkedHashSet<>();
        if (lastAnswering != null) {
            all.add(lastAnswering);
        }
        all.addAll(bootstrap);
        all.addAll(brokers.values());
        return all;
    }

    synchronized void onAnswer(String endpoint) {
        lastAnswering = endpoint;
    }

    /** Whether any broker has ever answered: until then nothing says that there is a cluster at all. */
    synchronized boolean hasAnswered() {
        return lastAnswering != null;
    }

    /** Empty where the leader is not known. */
    synchronized Optional<String> leader(String topic, int partition) {
        Route route = routes.get(new Key(topic, partition));
        return route == null ? Optional.empty() : Optional.ofNullable(route.endpoint());
    }

    synchronized void onMetadata(GetMetadataResponse metadata) {
        Map<Integer, String> endpoints = new HashMap<>();
        for (Broker broker : metadata.getBrokersList()) {
            endpoints.put(broker.getId(), broker.getEndpoint());
        }
        brokers = endpoints;
        for (Topic topic : metadata.getTopicsList()) {
            topic.getPartitionsList().forEach(partition -> learn(topic, partition));
        }
    }

    private void learn(Topic topic, Partition partition) {
        Key key = new Key(topic.getName(), partition.getPartition());
        Route known = routes.get(key);
        if (known == null || !known.isOf(topic.getTopicId()) || partition.getLeaderEpoch() >= known.leaderEpoch()) {
            String endpoint = brokers.get(partition.getLeaderId());
            routes.put(key, new Route(topic.getTopicId(), partition.getLeaderEpoch(), endpoint));
        }
    }

    /** True where the hint is news: its epoch is newer than the one known, and it says where the leader is. */
    synchronized boolean onHint(String topic, int partition, LeaderHint hint) {
        Key key = new Key(topic, partition);
        Route known = routes.get(key);
        if (hint.getEndpoint().isEmpty() || (known != null && hint.getLeaderEpoch() <= known.leaderEpoch())) {
            return false;
        }
        routes.put(key, new Route(known == null ? "" : known.topicId(), hint.getLeaderEpoch(), hint.getEndpoint()));
        return true;
    }

    /** Forgets where the leader is, and keeps its epoch, so that older news about it stay without effect. */
    synchronized void onLeaderFailed(String topic, int partition, String endpoint) {
        routes.computeIfPresent(
                new Key(topic, partition),
                (key, route) -> endpoint.equals(route.endpoint())
                        ? new Route(route.topicId(), route.leaderEpoch(), null)
                        : route);
    }
}
