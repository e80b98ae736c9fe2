package io.millrace.client;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the group has given and taken, and the application has not been told yet. Between the consumer's thread, where it is
 * learned, and the polling one, where the application is told; safe for both.
 */
final class GroupHandover {
    /**
     * A partition that comes.
     *
     * @param tenure a number of its own for each time that it comes: what was meant for an earlier time is recognised by it
     * @param committed what the group has of it; null for nothing
     */
    record Arrival(
            OwnedPartition partition, long tenure, @Nullable CommitPosition committed) {}

    /** A partition that the application has been told of. */
    record Owned(OwnedPartition partition, long tenure) {}

    /** What the application is told next. */
    sealed interface Step {
        record Lose(Set<OwnedPartition> partitions) implements Step {}

        record Revoke(int membership, Set<OwnedPartition> partitions) implements Step {}

        record Assign(List<Arrival> arrivals) implements Step {}
    }

    private final Map<OwnedPartition, Arrival> arriving = new LinkedHashMap<>();
    private final Map<OwnedPartition, Owned> owned = new LinkedHashMap<>();
    private final Set<OwnedPartition> leaving = new LinkedHashSet<>();
    private final Set<OwnedPartition> lost = new LinkedHashSet<>();
    private int membership;
    private long entering;
    private volatile long generation;
    private boolean isClosed;
    private volatile boolean hasNews;

    boolean hasNews() {
        return hasNews;
    }

    synchronized void arrive(Collection<Arrival> arrivals) {
        if (!isClosed) {
            arrivals.forEach(arrival -> arriving.put(arrival.partition(), arrival));
        }
        note();
    }

    /** @return those that the application was never told of: they need not be let go of */
    synchronized Set<OwnedPartition> revoke(int ofMembership, Set<OwnedPartition> partitions) {
        membership = ofMembership;
        Set<OwnedPartition> unknown = new LinkedHashSet<>();
        for (OwnedPartition partition : partitions) {
            if (arriving.remove(partition) != null || !owned.containsKey(partition) || lost.contains(partition)) {
                unknown.add(partition);
            } else {
                leaving.add(partition);
            }
        }
        note();
        return unknown;
    }

    synchronized void lose() {
        arriving.clear();
        leaving.clear();
        lost.addAll(owned.keySet());
        note();
    }

    /** All that came and went up to this generation was named before. */
    synchronized void enter(long newGeneration) {
        entering = newGeneration;
    }

    /**
     * Of what the application was told last: of whatever it still reads, nobody else was told in it or in an earlier one
     * after this member. 0 for none.
     */
    long generation() {
        return generation;
    }

    /** What the application was not told of it need not be told any more. */
    synchronized void close() {
        isClosed = true;
        arriving.clear();
        note();
    }

    private void note() {
        hasNews = !arriving.isEmpty() || !leaving.isEmpty() || !lost.isEmpty();
    }

    /** Takes it out; null where there is nothing. What comes after it may take its partitions' place. */
    synchronized @Nullable Step next() {
        Step step = taken();
        if (step == null || step instanceof Step.Assign) {
            // Nothing is left to lose or let go of: until then what the application does is of the generation before.
            generation = entering;
        }
        note();
        return step;
    }

    private @Nullable Step taken() {
        if (!lost.isEmpty()) {
            Set<OwnedPartition> gone = new LinkedHashSet<>(lost);
            lost.clear();
            owned.keySet().removeAll(gone);
            return new Step.Lose(gone);
        }
        if (!leaving.isEmpty()) {
            Set<OwnedPartition> going = new LinkedHashSet<>(leaving);
            leaving.clear();
            return new Step.Revoke(membership, going);
        }
        if (!arriving.isEmpty()) {
            List<Arrival> come = new ArrayList<>(arriving.values());
            arriving.clear();
            come.forEach(arrival -> owned.put(arrival.partition(), new Owned(arrival.partition(), arrival.tenure())));
            return new Step.Assign(come);
        }
        return null;
    }

    /** The application was told that these are revoked. */
    synchronized void onRevoked(Set<OwnedPartition> partitions) {
        owned.keySet().removeAll(partitions);
        lost.removeAll(partitions);
        note();
    }

    /** What the application may commit. */
    synchronized Map<TopicPartition, Owned> owned() {
        Map<TopicPartition, Owned> all = new LinkedHashMap<>();
        owned.values().forEach(one -> {
            if (!lost.contains(one.partition())) {
                all.put(one.partition().id(), one);
            }
        });
        return all;
    }
}
