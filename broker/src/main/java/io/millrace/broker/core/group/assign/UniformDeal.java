package io.millrace.broker.core.group.assign;

import io.millrace.broker.core.TopicPartition;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One run of {@link UniformAssignor}: the assignment while it is made. Members are kept in the order of what they have, so
 * that who has least is found at once: a thousand of them and ten thousand partitions take a fraction of a second.
 */
final class UniformDeal {
    private final Takers takers;
    /** By topic id. */
    private final Map<String, Offer> offers = new TreeMap<>();
    /** In the order of the topics' names. */
    private final List<Offer> inOrder = new ArrayList<>();

    /** Of each member the sets that it is in: all, and one for each set of members that want the same topics. */
    private final List<List<NavigableSet<Taker>>> places = new ArrayList<>();

    private final NavigableSet<Taker> all = new TreeSet<>(Taker.BY_LOAD);
    private final Set<TopicPartition> owned = new TreeSet<>();

    /**
     * A topic that somebody wants.
     *
     * @param takers those that want it
     */
    private record Offer(String name, AssignableTopic topic, NavigableSet<Taker> takers) {
        boolean isFor(Taker taker, TopicPartition partition) {
            return taker.wants(name) && partition.partition() < topic.partitionCount();
        }

        /** Who has the fewest; among several one in a rack of the partition. */
        Taker poorest(TopicPartition partition) {
            Taker first = takers.first();
            for (Taker taker : topic.racks().isEmpty() ? new TreeSet<Taker>(Taker.BY_LOAD) : takers) {
                if (taker.load() > first.load()) {
                    break;
                }
                String rack = taker.candidate.rack();
                if (rack != null && topic.isIn(rack, partition.partition())) {
                    return taker;
                }
            }
            return first;
        }
    }

    private record Move(TopicPartition partition, Taker from, Taker to) {}

    UniformDeal(SortedMap<String, Candidate> members, SortedMap<String, AssignableTopic> topics) {
        this.takers = new Takers(members);
        takers.all().forEach(taker -> places.add(new ArrayList<>(List.of(all))));
        all.addAll(takers.all());
        Map<Integer, NavigableSet<Taker>> sets = new TreeMap<>();
        topics.forEach((name, topic) -> {
            Takers.Party wanting = takers.wanting(name);
            if (!wanting.isEmpty()) {
                NavigableSet<Taker> set = sets.computeIfAbsent(wanting.number(), first -> newSet(wanting.takers()));
                Offer offer = new Offer(name, topic, set);
                offers.put(topic.topicId(), offer);
                inOrder.add(offer);
            }
        });
    }

    private NavigableSet<Taker> newSet(List<Taker> wanting) {
        NavigableSet<Taker> set = new TreeSet<>(Taker.BY_LOAD);
        set.addAll(wanting);
        wanting.forEach(taker -> places.get(taker.place()).add(set));
        return set;
    }

    Map<String, SortedSet<TopicPartition>> given() {
        return takers.given();
    }

    /** Where two hold the same, which is a mistake of one of them, the first keeps it. */
    void keepWhatIsHeld() {
        for (Taker taker : takers.all()) {
            List<TopicPartition> kept = new ArrayList<>();
            for (TopicPartition partition : taker.candidate.holds()) {
                Offer offer = offers.get(partition.topicId());
                if (offer != null && offer.isFor(taker, partition) && owned.add(partition)) {
                    kept.add(partition);
                }
            }
            change(taker, () -> taker.given.addAll(kept));
        }
    }

    void giveAwayTheRest() {
        for (Offer offer : inOrder) {
            for (TopicPartition partition : offer.topic().partitions()) {
                if (owned.add(partition)) {
                    Taker poorest = offer.poorest(partition);
                    change(poorest, () -> poorest.given.add(partition));
                }
            }
        }
    }

    /** Each move takes from one who has at least two more: the sum of squares falls, so this comes to an end. */
    void even() {
        for (Move move = next(); move != null; move = next()) {
            Move made = move;
            change(made.from(), () -> made.from().given.remove(made.partition()));
            change(made.to(), () -> made.to().given.add(made.partition()));
        }
    }

    /** From the richest who has something for somebody poorer: what leaves others might come back to them. */
    private @Nullable Move next() {
        for (Taker rich : all.descendingSet()) {
            Move best = bestMove(rich);
            if (best != null) {
                return best;
            }
        }
        return null;
    }

    /** Null where nobody who wants any of it has two fewer. */
    private @Nullable Move bestMove(Taker rich) {
        Move best = null;
        int least = all.first().load();
        for (TopicPartition partition : rich.load() < least + 2 ? new TreeSet<TopicPartition>() : rich.given) {
            Offer offer = offers.get(partition.topicId());
            Taker poor = offer == null ? rich : offer.poorest(partition);
            boolean isBetter = best == null || poor.load() < best.to().load();
            if (poor.load() + 2 <= rich.load() && isBetter) {
                best = new Move(partition, rich, poor);
                if (poor.load() == least) {
                    return best;
                }
            }
        }
        return best;
    }

    /** The order would be lost on one that changes while it is in a set. */
    private void change(Taker taker, Runnable change) {
        List<NavigableSet<Taker>> sets = places.get(taker.place());
        sets.forEach(set -> set.remove(taker));
        change.run();
        sets.forEach(set -> set.add(taker));
    }
}
