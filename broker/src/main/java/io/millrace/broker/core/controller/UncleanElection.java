package io.millrace.broker.core.controller;

import io.millrace.broker.core.BrokerIncarnation;
import io.millrace.broker.core.ErrorReason;
import io.millrace.broker.core.Outcome;
import io.millrace.broker.core.PartitionState;
import io.millrace.broker.core.Refusal;
import io.millrace.broker.core.TopicImage;
import io.millrace.broker.core.controller.Write.Cause;
import io.millrace.broker.core.controller.Write.ChangePartition;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Elects, because a person has asked for it, a replica that may lack acknowledged records (as Kafka's unclean leader
 * election). Only where {@link LeaderElection} can never elect anybody again: there is no leader, and ISR and ELR are empty.
 * While somebody is in them, waiting for that broker loses nothing.
 */
public final class UncleanElection {

    private final ClusterState state;
    private final TopicImage topic;

    private UncleanElection(ClusterState state, TopicImage topic) {
        this.state = state;
        this.topic = topic;
    }

    /**
     * Elects in one partition, or in all of a topic that need it.
     *
     * @param topicId the topic that is meant, null for whichever has the name now
     * @param partition empty for all that need it
     * @return a refusal where nobody is elected
     */
    public static Decision<Outcome<UncleanLeaders>> elect(
            ClusterState state, String topic, @Nullable String topicId, OptionalInt partition) {
        TopicImage found = state.topics().get(topic);
        if (found == null) {
            return refuse(state, ErrorReason.UNKNOWN_TOPIC, "There is no topic '" + topic + "'");
        }
        if (topicId != null && !topicId.equals(found.topicId())) {
            return refuse(
                    state,
                    ErrorReason.TOPIC_ID_CHANGED,
                    "Topic '" + topic + "' was created again: its id is " + found.topicId() + ", not " + topicId);
        }
        SortedMap<Integer, PartitionState> asked = found.partitions();
        if (partition.isPresent()) {
            PartitionState one = asked.get(partition.getAsInt());
            if (one == null) {
                return refuse(
                        state,
                        ErrorReason.UNKNOWN_TOPIC,
                        "There is no partition " + partition.getAsInt() + " in topic '" + topic + "'");
            }
            asked = new TreeMap<>();
            asked.put(partition.getAsInt(), one);
        }
        return new UncleanElection(state, found).elect(asked);
    }

    private Decision<Outcome<UncleanLeaders>> elect(SortedMap<Integer, PartitionState> asked) {
        List<ChangePartition> changes = new ArrayList<>();
        TreeMap<Integer, PartitionState> elected = new TreeMap<>();
        TreeSet<Integer> left = new TreeSet<>();
        asked.forEach((partition, recorded) -> {
            if (!isNeeded(recorded)) {
                return;
            }
            OptionalInt leader = candidate(partition, recorded);
            if (leader.isEmpty()) {
                left.add(partition);
                return;
            }
            ChangePartition change =
                    led(partition, recorded, state.liveBroker(leader.getAsInt()).incarnation());
            changes.add(change);
            elected.put(partition, change.after());
        });
        if (!elected.isEmpty()) {
            return new Decision<>(
                    state.with(changes), List.<Write>copyOf(changes), Outcome.ok(new UncleanLeaders(elected, left)));
        }
        return left.isEmpty()
                ? refuse(state, ErrorReason.ELECTION_NOT_NEEDED, whyNotNeeded(asked))
                : refuse(state, ErrorReason.NO_LIVE_REPLICA, whoIsAway(left));
    }

    private static boolean isNeeded(PartitionState recorded) {
        return recorded.leader() == PartitionState.NO_LEADER
                && recorded.members().isEmpty();
    }

    /** Assignment order, so that the leaders of many partitions are as evenly spread as the assignment is. */
    private OptionalInt candidate(int partition, PartitionState recorded) {
        Eligibility rules = Eligibility.of(state, topic, partition, recorded);
        return Stream.concat(
                        recorded.replicas().stream().filter(recorded.lastKnownElr()::contains),
                        recorded.replicas().stream())
                .filter(rules::isServing)
                .mapToInt(id -> id)
                .findFirst();
    }

    /** The leader joins the ISR as any new member does: only if it is still this incarnation when that is recorded (R25). */
    private ChangePartition led(int partition, PartitionState recorded, BrokerIncarnation leader) {
        TreeMap<Integer, Long> epochs = new TreeMap<>();
        epochs.put(leader.id(), leader.epoch());
        PartitionState after = new PartitionState(
                leader.id(),
                leader.epoch(),
                recorded.leaderEpoch() + 1,
                recorded.partitionEpoch() + 1,
                List.of(leader.id()),
                List.of(),
                List.of(),
                epochs,
                recorded.replicas());
        return new ChangePartition(topic.name(), partition, recorded, after, Cause.UNCLEAN, List.of(leader));
    }

    private String whyNotNeeded(SortedMap<Integer, PartitionState> asked) {
        TreeSet<Integer> awaited = new TreeSet<>();
        asked.values().stream()
                .filter(recorded -> recorded.leader() == PartitionState.NO_LEADER)
                .forEach(recorded -> awaited.addAll(recorded.members()));
        String which = asked.size() == 1 ? "Partition " + asked.firstKey() : "Every partition";
        return awaited.isEmpty()
                ? which + " of topic '" + topic.name() + "' has a leader"
                : which + " of topic '" + topic.name() + "' has a leader, or gets one without loss when a broker of "
                        + awaited + " is back";
    }

    private String whoIsAway(SortedSet<Integer> partitions) {
        TreeSet<Integer> replicas = new TreeSet<>();
        topic.partitions().forEach((partition, recorded) -> {
            if (partitions.contains(partition)) {
                replicas.addAll(recorded.replicas());
            }
        });
        return "No broker of " + replicas + " is live with a log of topic '" + topic.name() + "' that works";
    }

    private static Decision<Outcome<UncleanLeaders>> refuse(ClusterState state, ErrorReason reason, String message) {
        return Decision.unchanged(state, Outcome.no(Refusal.definite(reason, message)));
    }
}
