package io.millrace.client;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A group as its coordinator sees it, without time or connections: partitions go round, one by one, and move only after
 * whoever has them has let go.
 */
final class ModelGroup {
    static final class Member {
        final String id;
        final Set<OwnedPartition> told = new LinkedHashSet<>();
        /** Of what it was told no more: since which generation. */
        final Map<OwnedPartition, Long> releasing = new LinkedHashMap<>();
        /** The generation in which it got each. */
        final Map<OwnedPartition, Long> since = new HashMap<>();

        Member(String id) {
            this.id = id;
        }

        boolean has(OwnedPartition partition) {
            return told.contains(partition) || releasing.containsKey(partition);
        }
    }

    private final List<OwnedPartition> partitions;
    final Map<String, Member> members = new LinkedHashMap<>();
    long generation;

    ModelGroup(Collection<OwnedPartition> partitions) {
        this.partitions = new ArrayList<>(partitions);
    }

    /** @return whether the member is taken in; else it is unknown */
    boolean open(String id, long itsGeneration, Set<OwnedPartition> holds) {
        if (itsGeneration > 0 && !members.containsKey(id)) {
            return false;
        }
        members.computeIfAbsent(id, Member::new);
        heartbeat(id, itsGeneration, holds);
        return true;
    }

    /** What it has let go of after it was told so can go to others. */
    void heartbeat(String id, long itsGeneration, Set<OwnedPartition> holds) {
        Member member = members.get(id);
        if (member != null) {
            member.releasing
                    .entrySet()
                    .removeIf(one -> one.getValue() <= itsGeneration && !holds.contains(one.getKey()));
            rebalance();
        }
    }

    void remove(String id) {
        members.remove(id);
        rebalance();
    }

    private void rebalance() {
        List<Member> all = new ArrayList<>(members.values());
        boolean isChanged = false;
        for (int i = 0; i < partitions.size() && !all.isEmpty(); i++) {
            isChanged |= place(partitions.get(i), all.get(i % all.size()), all);
        }
        if (isChanged) {
            generation++;
        }
    }

    private boolean place(OwnedPartition partition, Member wanted, List<Member> all) {
        for (Member member : all) {
            if (member.releasing.containsKey(partition)) {
                return false;
            }
            if (member.told.contains(partition)) {
                if (member == wanted) {
                    return false;
                }
                member.told.remove(partition);
                member.releasing.put(partition, generation + 1);
                return true;
            }
        }
        wanted.told.add(partition);
        wanted.since.put(partition, generation + 1);
        return true;
    }
}
