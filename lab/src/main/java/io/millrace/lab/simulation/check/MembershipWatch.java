package io.millrace.lab.simulation.check;

import io.millrace.broker.core.TopicPartition;
import io.millrace.coordinator.tree.GroupNode;
import io.millrace.coordinator.tree.GroupNode.Claimant;
import java.util.Collections;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** S27 for one group: who is recorded as its members, and who is told to read what. */
final class MembershipWatch {

    private final String group;
    private final TreeMap<Long, Tenure> tenures = new TreeMap<>();
    private final TreeMap<String, String> owners = new TreeMap<>();
    private final TreeMap<String, Told> seats = new TreeMap<>();
    private final TreeMap<String, Told> known = new TreeMap<>();
    private final TreeSet<String> present = new TreeSet<>();
    private @Nullable GroupNode head;
    private int deletions;

    /** One process coordinates the group, from its claim until another one's claim: what it has stored last. */
    private static final class Tenure {
        final Claimant by;
        GroupNode stored;

        Tenure(Claimant by, GroupNode stored) {
            this.by = by;
            this.stored = stored;
        }
    }

    MembershipWatch(String group) {
        this.group = group;
    }

    /** Of what is recorded last. */
    long generation() {
        GroupNode recorded = head;
        return recorded == null ? 0 : recorded.generation();
    }

    /** S26: generations do not go back. S27: an instance is one member. */
    void onHead(GroupNode now) {
        Violation.check(
                now.generation() >= generation(),
                "S26",
                group + " goes from generation " + generation() + " back to " + now.generation());
        TreeSet<String> instances = new TreeSet<>();
        now.members().forEach((id, member) -> {
            String instance = member.instanceId();
            Violation.check(
                    instance == null || instances.add(instance),
                    "S27",
                    group + " has two members of the instance " + instance + " in " + now);
        });
        head = now;
        Claimant by = now.coordinator();
        if (by != null) {
            onStored(by, now);
        }
    }

    private void onStored(Claimant by, GroupNode now) {
        Tenure last = tenures.isEmpty() ? null : tenures.lastEntry().getValue();
        if (last == null || !last.by.equals(by)) {
            last = new Tenure(by, now);
        }
        last.stored = now;
        tenures.put(now.generation(), last);
    }

    /** Nobody may be in a group that is set by hand. */
    void requireEmpty(String what) {
        GroupNode recorded = head;
        Violation.check(
                recorded == null || recorded.members().isEmpty(),
                "S26",
                group + " is " + what + ", and has members: " + recorded);
        requireNobodyConnected(what);
    }

    private void requireNobodyConnected(String what) {
        Claimant by = head == null ? null : head.coordinator();
        // Who is with a coordinator of before does not know yet that it is a member no more.
        seats.values().stream()
                .filter(seat -> by != null && seat.coordinator() == by.brokerId())
                .forEach(seat -> Violation.check(
                        !seat.isConnected().getAsBoolean(),
                        "S26",
                        group + " is " + what + ", and " + seat.member() + " is in it"));
    }

    void onGone() {
        requireNobodyConnected("deleted");
        head = null;
        deletions++;
        tenures.clear();
        owners.clear();
        known.clear();
        present.clear();
    }

    /**
     * S27: in one generation a partition is told to one member, by whoever has stored that generation, and nobody is told
     * anything in place of an instance that lives.
     */
    void onTold(Told told) {
        Tenure tenure = tenures.get(told.generation());
        if (tenure == null || tenure.by.brokerId() != told.coordinator()) {
            // Of a group of the name that was deleted, by a coordinator that has not heard of that, it may be.
            Violation.check(
                    deletions > 0,
                    "S27",
                    group + ": generation " + told.generation() + " is told by broker " + told.coordinator()
                            + " and not stored by it");
            return;
        }
        present.add(told.member());
        for (TopicPartition partition : told.partitions()) {
            String other = owners.putIfAbsent(partition + "@" + told.generation(), told.member());
            Violation.check(
                    other == null || other.equals(told.member()),
                    "S27",
                    group + "/" + partition + " is " + other + "'s and " + told.member() + "'s in generation "
                            + told.generation());
        }
        requireLetGo(told, tenure);
        // A coordinator of before may tell it something still, after the one that it has gone over to.
        known.merge(told.member(), told, (before, now) -> now.generation() < before.generation() ? before : now);
        seats.put(told.member(), told);
        requireOneOfEachInstance(told);
        seats.values().removeIf(seat -> !seat.isConnected().getAsBoolean());
    }

    /**
     * Whoever is recorded and had it has let go of it. A coordinator that was overtaken, and has not heard of that, knows
     * nothing of what its successors store and tell: it is held to its own last record, and to what the members in that were
     * told by itself or before it. So two may have one partition, in generations of two coordinators; who is behind commits
     * nothing there, and its first commit or question where to begin shows its coordinator that it was overtaken (S26).
     */
    private void requireLetGo(Told told, Tenure tenure) {
        long until = tenure.stored.generation();
        known.values().stream()
                .filter(other -> !other.member().equals(told.member())
                        && other.generation() <= until
                        && tenure.stored.members().containsKey(other.member()))
                .forEach(other -> Violation.check(
                        Collections.disjoint(other.holds().get(), told.partitions()),
                        "S27",
                        group + ": " + told.member() + " is told " + told.partitions() + " and " + other.member()
                                + " still has " + other.holds().get()));
    }

    private void requireOneOfEachInstance(Told told) {
        String instance = told.instanceId();
        seats.values()
                .forEach(seat -> Violation.check(
                        instance == null
                                || !instance.equals(seat.instanceId())
                                || seat.member().equals(told.member())
                                || seat.coordinator() != told.coordinator()
                                || !seat.isConnected().getAsBoolean(),
                        "S27",
                        group + ": " + told.member() + " has taken the place of " + seat.member()
                                + ", which lives, as instance " + instance));
    }

    /** Whether it was told something since the group was made, so that its generations are the group's. */
    boolean isOfThisGroup(String member) {
        return present.contains(member);
    }
}
