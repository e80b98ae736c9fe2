package io.millrace.client;

import io.millrace.proto.v1.Broker;
import io.millrace.proto.v1.GetMetadataResponse;
import io.millrace.proto.v1.LeaderHint;
import io.millrace.proto.v1.Partition;
import io.millrace.proto.v1.Topic;
import java.util.HashMap;
import java.util.HashSet;
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

    /** Who leads a partition, and since when. */
    record Leader(String endpoint, int leaderEpoch) {}

    private final List<String> bootstrap;
    private final Set<String> silent = new HashSet<>();
    private final Map<Key, Route> routes = new HashMap<>();
    private Map<Integer, String> brokers = Map.of();
    private @Nullable String lastAnswering;

    Routes(List<String> bootstrap) {
        this.bootstrap = bootstrap;
    }

    /**
     * Every address that may answer, without repetition: the one that did last, the bootstrap list, then all others; and
     * after these those that did not answer when they were asked last.
     */
    synchronized Set<String> candidates() {
        Set<String> all = new LinkedHashSet<>();
        if (lastAnswering != null) {
            all.add(lastAnswering);
        }
        all.addAll(bootstrap);
        all.addAll(brokers.values());
        Set<String> last = new LinkedHashSet<>(all);
        last.retainAll(silent);
        all.removeAll(last);
        all.addAll(last);
        return all;
    }

    synchronized void onAnswer(String endpoint) {
        lastAnswering = endpoint;
        silent.remove(endpoint);
    }

    synchronized void onSilence(String endpoint) {
        silent.add(endpoint);
    }

    /** Whether it did not answer when it was asked last. */
    synchronized boolean isSilent(String endpoint) {
        return silent.contains(endpoint);
    }

    /** Whether any broker has ever answered: until then nothing says that there is a cluster at all. */
    synchronized boolean hasAnswered() {
        return lastAnswering != null;
    }

    /** Empty where the leader is not known. */
    synchronized Optional<Leader> leader(String topic, int partition) {
        Route route = routes.get(new Key(topic, partition));
        return route == null || route.endpoint() == null
                ? Optional.empty()
                : Optional.of(new Leader(route.endpoint(), route.leaderEpoch()));
    }

    /** The highest leader epoch heard of, -1 for none. */
    synchronized int leaderEpoch(String topic, int partition) {
        Route route = routes.get(new Key(topic, partition));
        return route == null ? -1 : route.leaderEpoch();
    }

    /** A batch was appended in this epoch, by whichever broker. */
    synchronized void onAppended(String topic, int partition, int leaderEpoch) {
        Key key = new Key(topic, partition);
        Route known = routes.get(key);
        if (known == null || known.leaderEpoch() < leaderEpoch) {
            routes.put(key, new Route(known == null ? "" : known.topicId(), leaderEpoch, null));
        }
    }

    synchronized void onMetadata(GetMetadataResponse metadata) {
        Map<Integer, String> endpoints = new HashMap<>();
        for (Broker broker : metadata.getBrokersList()) {
            endpoints.put(broker.getId(), broker.getEndpoint());
        }
        brokers = endpoints;
        // Whoever is neither of the cluster nor of the bootstrap list will not be asked again.
        silent.removeIf(endpoint -> !endpoints.containsValue(endpoint) && !bootstrap.contains(endpoint));
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
