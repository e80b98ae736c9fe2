package io.millrace.broker.core.group;

import io.millrace.broker.core.Safeguard;
import io.millrace.broker.core.Safeguards;
import io.millrace.broker.core.TopicPartition;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Who has which partition of a group, and who waits for it until it is free: a partition that is let go of costs a look at
 * that partition, and not at all of them. Only a stored record makes a look at everything necessary.
 *
 * <p>The same is said twice, here by partition and in {@link GroupMember#granted} by member; nobody else changes either.
 */
final class Grants {
    private final Safeguards safeguards;
    private final Consumer<GroupMember> onGranted;
    private final SortedMap<TopicPartition, GroupMember> owners = new TreeMap<>();
    /** Of those that are in the stored record each one that is to have a partition which is not free. */
    private final SortedMap<TopicPartition, GroupMember> waiting = new TreeMap<>();

    private final List<Ghost> ghosts = new ArrayList<>();
    /** How many ghosts have it. */
    private final SortedMap<TopicPartition, Integer> haunted = new TreeMap<>();
    /** In which partitions are given. */
    private long generation;

    /**
     * Somebody who counts as gone, and whom another coordinator would take for a member still: until a record without it
     * is stored, nobody gets what it had.
     *
     * @param untilGeneration of the first record that was made without it
     */
    private record Ghost(Set<TopicPartition> partitions, long untilGeneration) {}

    /** @param onGranted is told of each member that was given something */
    Grants(long generation, Safeguards safeguards, Consumer<GroupMember> onGranted) {
        this.generation = generation;
        this.safeguards = safeguards;
        this.onGranted = onGranted;
    }

    /** What a member says that it has, it has, unless somebody else was faster, who then had it before too. */
    void restore(GroupMember member, long since, Set<TopicPartition> holds) {
        for (TopicPartition partition : holds) {
            if (owners.putIfAbsent(partition, member) == null) {
                member.granted.put(partition, since);
            }
        }
        member.target = new TreeSet<>(member.granted.keySet());
    }

    /** Whether there was anything beyond its target that it does not hold any more. */
    boolean letGo(GroupMember member, Set<TopicPartition> holds) {
        List<TopicPartition> free = member.granted.keySet().stream()
                .filter(partition -> !member.target.contains(partition) && !holds.contains(partition))
                .toList();
        free.forEach(partition -> {
            member.granted.remove(partition);
            release(partition, member);
        });
        return !free.isEmpty();
    }

    /** It has let go of everything. */
    void leave(GroupMember member) {
        stopWaiting(member);
        member.granted.keySet().forEach(partition -> release(partition, member));
    }

    /** It is gone without a word. */
    void haunt(GroupMember gone, long untilGeneration) {
        stopWaiting(gone);
        Set<TopicPartition> had = new TreeSet<>(gone.granted.keySet());
        had.forEach(partition -> {
            owners.remove(partition, gone);
            haunted.merge(partition, 1, Integer::sum);
        });
        ghosts.add(new Ghost(had, untilGeneration));
    }

    boolean hasGhosts() {
        return !ghosts.isEmpty();
    }

    /** A record is stored: each of {@code members}, which are in it, is given its target, or waits for it. */
    void onStored(long stored, List<GroupMember> members) {
        generation = stored;
        ghosts.removeIf(ghost -> {
            boolean isLaid = ghost.untilGeneration() <= stored;
            if (isLaid) {
                ghost.partitions().forEach(partition -> haunted.merge(partition, -1, Grants::sum));
            }
            return isLaid;
        });
        waiting.clear();
        members.forEach(member -> member.target.forEach(partition -> giveOrWait(partition, member)));
    }

    private static @Nullable Integer sum(int count, int more) {
        return count + more == 0 ? null : count + more;
    }

    private void giveOrWait(TopicPartition partition, GroupMember member) {
        if (member.granted.containsKey(partition)) {
            return;
        }
        if (isFree(partition) || !safeguards.has(Safeguard.R43_GIVEN_ON_AFTER_LET_GO)) {
            give(partition, member);
        } else {
            waiting.putIfAbsent(partition, member);
        }
    }

    private boolean isFree(TopicPartition partition) {
        return !owners.containsKey(partition) && !haunted.containsKey(partition);
    }

    private void give(TopicPartition partition, GroupMember member) {
        owners.put(partition, member);
        member.granted.put(partition, generation);
        onGranted.accept(member);
    }

    private void release(TopicPartition partition, GroupMember owner) {
        owners.remove(partition, owner);
        GroupMember next = isFree(partition) ? waiting.remove(partition) : null;
        if (next != null) {
            give(partition, next);
        }
    }

    private void stopWaiting(GroupMember member) {
        member.target.forEach(partition -> waiting.remove(partition, member));
    }
}
