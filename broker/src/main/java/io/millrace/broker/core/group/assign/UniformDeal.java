package io.millrace.broker.core.group.assign;

import io.millrace.broker.core.TopicPartition;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** One run of {@link UniformAssignor}: the assignment while it is made. */
final class UniformDeal {
    private final List<Taker> takers;
    /** By topic id. */
    private final Map<String, Offer> offers = new TreeMap<>();
    /** In the order of the topics' names. */
    private final List<Offer> inOrder = new ArrayList<>();

    private final Set<TopicPartition> owned = new TreeSet<>();

    /**
     * A topic that somebody wants.
     *
     * @param takers those that want it, in the order of names: of two with as few partitions the first one comes first
     */
    private record Offer(AssignableTopic topic, List<Taker> takers) {
        boolean has(TopicPartition partition) {
            return partition.partition() < topic.partitionCount();
        }

        /** Who has the fewest; among several one in a rack of the partition. */
        Taker poorest(TopicPartition partition) {
            return takers.stream()
                    .min(Comparator.comparingInt(Taker::load).thenComparing(taker -> !isBeside(taker, partition)))
                    .orElseThrow();
        }

        private boolean isBeside(Taker taker, TopicPartition partition) {
            String rack = taker.candidate.rack();
            return rack != null && topic.isIn(rack, partition.partition());
        }
    }

    private record Move(TopicPartition partition, Taker to) {}

    UniformDeal(SortedMap<String, Candidate> members, SortedMap<String, AssignableTopic> topics) {
        this.takers = Taker.of(members);
        topics.forEach((name, topic) -> {
            Offer offer = new Offer(topic, Taker.of(name, takers));
            if (!offer.takers().isEmpty()) {
                offers.put(topic.topicId(), offer);
                inOrder.add(offer);
            }
        });
    }

    Map<String, SortedSet<TopicPartition>> given() {
        return Taker.given(takers);
    }

    /** Where two hold the same, which is a mistake of one of them, the first keeps it. */
    void keepWhatIsHeld() {
        for (Taker taker : takers) {
            for (TopicPartition partition : taker.candidate.holds()) {
                Offer offer = offers.get(partition.topicId());
                boolean isWanted =
                        offer != null && offer.has(partition) && offer.takers().contains(taker);
                if (isWanted && owned.add(partition)) {
                    taker.given.add(partition);
                }
            }
        }
    }

    void giveAwayTheRest() {
        for (Offer offer : inOrder) {
            for (TopicPartition partition : offer.topic().partitions()) {
                if (owned.add(partition)) {
                    offer.poorest(partition).given.add(partition);
                }
            }
        }
    }

    /** Each move takes from one who has at least two more: the sum of squares falls, so this comes to an end. */
    void even() {
        boolean hasMoved = true;
        while (hasMoved) {
            hasMoved = false;
            for (Taker rich : byWealth()) {
                Move move = bestMove(rich);
                if (move != null) {
                    rich.given.remove(move.partition());
                    move.to().given.add(move.partition());
                    hasMoved = true;
                    break;
                }
            }
        }
    }

    /** The richest first: what leaves others might come back to them. */
    private List<Taker> byWealth() {
        List<Taker> rich = new ArrayList<>(takers);
        rich.sort(Comparator.comparingInt(Taker::load).reversed());
        return rich;
    }

    /** Null where nobody who wants any of it has two fewer. */
    private @Nullable Move bestMove(Taker rich) {
        Move best = null;
        for (TopicPartition partition : rich.given) {
            Offer offer = offers.get(partition.topicId());
            Taker poor = offer == null ? rich : offer.poorest(partition);
            boolean isBetter = best == null || poor.load() < best.to().load();
            if (poor.load() + 2 <= rich.load() && isBetter) {
                best = new Move(partition, poor);
            }
        }
        return best;
    }
}
