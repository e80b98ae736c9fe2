package io.millrace.client;

import static java.util.Comparator.comparingInt;
import static java.util.stream.Collectors.toCollection;

import io.millrace.proto.v1.Broker;
import io.millrace.proto.v1.Certainty;
import io.millrace.proto.v1.GetMetadataResponse;
import io.millrace.proto.v1.LeaderHint;
import io.millrace.proto.v1.Partition;
import io.millrace.proto.v1.Topic;
import io.millrace.proto.v1.WatchMetadataResponse;
import java.util.HashMap;
import java.util.LinkedHashMap;
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

    /**
     * Without an endpoint where there is no leader, where the one that was known has failed, or where its broker has not
     * been heard of yet.
     *
     * @param leaderId -1 where the endpoint, or its absence, comes from elsewhere than from metadata
     */
    private record Route(
            String topicId,
            int leaderEpoch,
            int leaderId,
            @Nullable String endpoint) {
        /** A hint does not name the topic id, so a route learned from one fits any. */
        boolean isOf(String id) {
            return topicId.isEmpty() || topicId.equals(id);
        }

        Route at(@Nullable String newEndpoint) {
            return new Route(topicId, leaderEpoch, leaderId, newEndpoint);
        }
    }

    /** Who leads a partition, and since when. */
    record Leader(String endpoint, int leaderEpoch) {}

    private final List<String> bootstrap;
    private final Map<String, String> silent = new LinkedHashMap<>();
    private final Map<Key, Route> routes = new HashMap<>();
    private final Map<String, Integer> partitionCounts = new HashMap<>();
    private final Map<String, Integer> maxBatchBytes = new HashMap<>();
    private Map<Integer, String> brokers = Map.of();
    private @Nullable String lastAnswering;
    private volatile long version;

    Routes(List<String> bootstrap) {
        this.bootstrap = bootstrap;
    }

    /**
     * Every address that may answer, without repetition: the one that did last, the bootstrap list, then all others; of
     * these those first that nothing is held against, and last those that did not answer when they were asked last.
     */
    synchronized Set<String> candidates() {
        Set<String> all = new LinkedHashSet<>();
        if (lastAnswering != null) {
            all.add(lastAnswering);
        }
        all.addAll(bootstrap);
        all.addAll(brokers.values());
        return all.stream().sorted(comparingInt(this::doubt)).collect(toCollection(LinkedHashSet::new));
    }

    /**
     * 2 for an address that did not answer when it was asked last, 0 for one that nothing is held against. 1 for one that
     * may be another name of a broker that does not answer: it is not what any broker calls itself, and some broker is
     * silent under the name that it gave.
     */
    private int doubt(String endpoint) {
        if (silent.containsKey(endpoint)) {
            return 2;
        }
        boolean isOtherName = !brokers.containsValue(endpoint);
        return isOtherName && brokers.values().stream().anyMatch(silent::containsKey) ? 1 : 0;
    }

    /** Whether another address is the better one to ask: this one was silent, or may be another name of one that was. */
    synchronized boolean isDoubtful(String endpoint) {
        return doubt(candidates().iterator().next()) < doubt(endpoint);
    }

    synchronized void onAnswer(String endpoint) {
        lastAnswering = endpoint;
        silent.remove(endpoint);
    }

    /** @param words what a person is told of it, the address included */
    synchronized void onSilence(String endpoint, String words) {
        silent.put(endpoint, words);
    }

    /** Whether it did not answer when it was asked last. */
    synchronized boolean isSilent(String endpoint) {
        return silent.containsKey(endpoint);
    }

    /** Of each address that did not answer when it was asked last, what was said of it; by address. */
    synchronized Map<String, String> silences() {
        return new LinkedHashMap<>(silent);
    }

    /** Whether none of all addresses answered when it was asked last. */
    synchronized boolean isEachSilent() {
        return silent.keySet().containsAll(candidates());
    }

    /** A failure that names all that do not answer: the one that was asked last may be the least of it. */
    synchronized MillraceException unanswered(MillraceException last) {
        return MillraceException.withoutDetail(
                last.kind(),
                Certainty.CERTAINTY_DEFINITE,
                "no broker answered: " + String.join("; ", silent.values()),
                last);
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
            routes.put(key, new Route(known == null ? "" : known.topicId(), leaderEpoch, -1, null));
            version++;
        }
    }

    /** Raised whenever a route or a topic may have changed: who keeps a copy knows by it when to look again. */
    long version() {
        return version;
    }

    /** 0 where the topic is not known. */
    synchronized int partitionCount(String topic) {
        return partitionCounts.getOrDefault(topic, 0);
    }

    /** What the topic takes; no bound where that is not known. */
    synchronized int maxBatchBytes(String topic) {
        return maxBatchBytes.getOrDefault(topic, Integer.MAX_VALUE);
    }

    synchronized void onMetadata(GetMetadataResponse metadata) {
        learn(metadata.getBrokersList(), metadata.getTopicsList());
    }

    /** What a watch has pushed. */
    synchronized void onPush(WatchMetadataResponse news) {
        news.getDeletedTopicsList().forEach(this::forget);
        learn(news.getBrokersList(), news.getTopicsList());
    }

    private void forget(String topic) {
        partitionCounts.remove(topic);
        maxBatchBytes.remove(topic);
        routes.keySet().removeIf(key -> key.topic().equals(topic));
    }

    private synchronized void learn(List<Broker> live, List<Topic> topics) {
        Map<Integer, String> endpoints = new HashMap<>();
        for (Broker broker : live) {
            endpoints.put(broker.getId(), broker.getEndpoint());
        }
        brokers = endpoints;
        // Whoever is neither of the cluster nor of the bootstrap list will not be asked again.
        silent.keySet().removeIf(endpoint -> !endpoints.containsValue(endpoint) && !bootstrap.contains(endpoint));
        routes.replaceAll((key, route) -> located(route));
        for (Topic topic : topics) {
            partitionCounts.put(topic.getName(), topic.getPartitionsCount());
            if (topic.getMaxBatchBytes() > 0) {
                maxBatchBytes.put(topic.getName(), topic.getMaxBatchBytes());
            }
            topic.getPartitionsList().forEach(partition -> learn(topic, partition));
        }
        version++;
    }

    /** A push names a topic only when that has changed, so its leader may have been told of before the leader's broker. */
    private Route located(Route route) {
        String endpoint = brokers.get(route.leaderId());
        return route.endpoint() == null && endpoint != null ? route.at(endpoint) : route;
    }

    private void learn(Topic topic, Partition partition) {
        Key key = new Key(topic.getName(), partition.getPartition());
        Route known = routes.get(key);
        if (known == null || !known.isOf(topic.getTopicId()) || partition.getLeaderEpoch() >= known.leaderEpoch()) {
            String endpoint = brokers.get(partition.getLeaderId());
            routes.put(
                    key, new Route(topic.getTopicId(), partition.getLeaderEpoch(), partition.getLeaderId(), endpoint));
        }
    }

    /** True where the hint is news: its epoch is newer than the one known, and it says where the leader is. */
    synchronized boolean onHint(String topic, int partition, LeaderHint hint) {
        Key key = new Key(topic, partition);
        Route known = routes.get(key);
        if (hint.getEndpoint().isEmpty() || (known != null && hint.getLeaderEpoch() <= known.leaderEpoch())) {
            return false;
        }
        String topicId = known == null ? "" : known.topicId();
        routes.put(key, new Route(topicId, hint.getLeaderEpoch(), -1, hint.getEndpoint()));
        version++;
        return true;
    }

    /** Forgets where the leader is, and keeps its epoch, so that older news about it stay without effect. */
    synchronized void onLeaderFailed(String topic, int partition, String endpoint) {
        Route known = routes.get(new Key(topic, partition));
        if (known != null && endpoint.equals(known.endpoint())) {
            routes.put(new Key(topic, partition), new Route(known.topicId(), known.leaderEpoch(), -1, null));
            version++;
        }
    }

    /** The same for every partition that this broker leads: it takes no more. */
    synchronized void onBrokerLeft(String endpoint) {
        routes.replaceAll((key, route) ->
                endpoint.equals(route.endpoint()) ? new Route(route.topicId(), route.leaderEpoch(), -1, null) : route);
        version++;
    }
}
