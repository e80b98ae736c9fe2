package io.millrace.client;

import io.millrace.proto.v1.LeaderHint;
import java.util.HashSet;
import java.util.Set;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Where the leaders of a producer's partitions are: what answers and refusals say about it, which of those that failed may
 * be tried again, and when to ask. Pure; belongs to {@link SendMachine}.
 */
final class LeaderSearch {
    private final Routes routes;
    private final SendEffects effects;
    private final DoubleSupplier random;
    private final Set<String> askedTopics = new HashSet<>();

    LeaderSearch(Routes routes, SendEffects effects, DoubleSupplier random) {
        this.routes = routes;
        this.effects = effects;
        this.random = random;
    }

    /** Whom to send to now; null where nobody is known to lead, or is not to be tried yet: then others are asked. */
    @Nullable
    String find(PartitionSender partition, long nowNs) {
        Routes.Leader leader = partition.leader(routes);
        if (leader == null || !partition.tries().mayTry(leader, ms(nowNs))) {
            askNews(partition);
            return null;
        }
        return leader.endpoint();
    }

    boolean isLedAt(PartitionSender partition, String endpoint) {
        Routes.Leader leader = partition.leader(routes);
        return leader != null && leader.endpoint().equals(endpoint);
    }

    /** One question of each topic at a time. */
    void askNews(PartitionSender partition) {
        String topic = partition.id().topic();
        if (askedTopics.add(topic)) {
            effects.askNews(topic);
        }
    }

    void onNews(String topic) {
        askedTopics.remove(topic);
    }

    /** Who answers in an epoch that is news leads in it. */
    void onAppended(TopicPartition id, String endpoint, int leaderEpoch) {
        if (leaderEpoch > routes.leaderEpoch(id.topic(), id.partition())) {
            LeaderHint hint = LeaderHint.newBuilder()
                    .setEndpoint(endpoint)
                    .setLeaderEpoch(leaderEpoch)
                    .build();
            routes.onHint(id.topic(), id.partition(), hint);
        }
    }

    /** What a refusal says about who leads; a leader that is to be tried again is not tried at once. */
    void onRefused(PartitionSender partition, String endpoint, MillraceException failure, long nowNs) {
        TopicPartition id = partition.id();
        // Before anything is learned: what the refusal is about.
        boolean wasLedThere = isLedAt(partition, endpoint);
        boolean isNews = failure.leader().isPresent()
                && routes.onHint(id.topic(), id.partition(), failure.leader().get());
        if (isNews || !wasLedThere || partition.isSettling()) {
            // Known already: of a round of refusals only the first counts.
            return;
        }
        Routes.Leader leader = partition.leader(routes);
        rest(partition, failure, nowNs);
        if (leader != null && RetryRules.spoilsRoute(failure, leader.leaderEpoch())) {
            routes.onLeaderFailed(id.topic(), id.partition(), endpoint);
        }
    }

    /** What a leader that is none any more misses is with its successor. */
    void onDeposed(PartitionSender partition, String endpoint, MillraceException failure, long nowNs) {
        if (isLedAt(partition, endpoint)) {
            rest(partition, failure, nowNs);
            routes.onLeaderFailed(partition.id().topic(), partition.id().partition(), endpoint);
        }
    }

    /** The leader is not tried again at once, and the less often the longer it fails. */
    void rest(PartitionSender partition, MillraceException failure, long nowNs) {
        Routes.Leader leader = partition.leader(routes);
        if (leader != null) {
            partition.tries().onFailed(leader, failure, ms(nowNs), random.getAsDouble());
        }
    }

    private static long ms(long ns) {
        return ns / 1_000_000;
    }
}
