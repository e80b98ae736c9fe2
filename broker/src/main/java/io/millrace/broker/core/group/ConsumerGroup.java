package io.millrace.broker.core.group;

import io.millrace.broker.core.ErrorReason;
import io.millrace.broker.core.Outcome;
import io.millrace.broker.core.Refusal;
import io.millrace.broker.core.Safeguard;
import io.millrace.broker.core.Safeguards;
import io.millrace.broker.core.TopicPartition;
import io.millrace.broker.core.group.assign.AssignableTopic;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Who reads what in one group, as its coordinator decides it.
 *
 * <p>Pure: no clock, no thread, one owner. Inputs are the methods {@code on…}; each returns its effects. A change of
 * members, of what they want or of the topics makes a new {@link GroupRecord}, which is stored first. Then members let go
 * of what others are to have, and a partition is given on when its owner has said that it has let go, or is no member any
 * more: in one generation it is told to one member (S27). What does not move is not interrupted. A member that counts as
 * gone and does not know it may read on for a while; it commits nothing.
 *
 * <p>Fencing (R42, R43): a partition is owned from the generation in which it was given to a member; commits have to name
 * that one or a later one. So what a member does with a partition that it lost and got back is never mixed up with what it
 * did before.
 */
public final class ConsumerGroup {
    /** How long a member may be without its stream before it counts as gone, if it is no instance with a name. */
    public static final long RECONNECT_MS = 2_000;

    /** How long the members that an earlier coordinator had may take to find this one; nothing moves meanwhile. */
    private static final long PATIENCE_MS = 5_000;

    /** So that a record of them all fits into one write. */
    private static final int MAX_MEMBERS = 1_000;

    private final String group;
    private final Safeguards safeguards;
    private final SortedMap<String, GroupMember> members = new TreeMap<>();
    private final List<Ghost> ghosts = new ArrayList<>();
    private SortedMap<String, AssignableTopic> topics;
    private GroupRecord stored;
    private @Nullable GroupRecord storing;
    /** What each member is to have once that is stored. */
    private Map<String, SortedSet<TopicPartition>> meant = new TreeMap<>();

    private AssignorName assignor = AssignorName.UNIFORM;
    private boolean mustAssign;
    private List<GroupEffect> effects = new ArrayList<>();

    /**
     * Somebody who counts as gone, and whom another coordinator would take for a member still: until a record without it
     * is stored, nobody gets what it had.
     *
     * @param untilGeneration of the first record that was made without it
     */
    private record Ghost(Set<TopicPartition> partitions, long untilGeneration) {}

    /**
     * @param stored what this coordinator has claimed: under a generation of its own, with the members of the one before
     * @param topics of the cluster by name
     */
    public ConsumerGroup(
            String group,
            GroupRecord stored,
            SortedMap<String, AssignableTopic> topics,
            Safeguards safeguards,
            long nowMs) {
        this.group = group;
        this.safeguards = safeguards;
        this.stored = stored;
        this.topics = topics;
        stored.members().forEach((id, entry) -> {
            GroupMember member = new GroupMember(id, entry.instanceId(), nowMs);
            member.awaitedUntilMs = nowMs + Math.min(entry.sessionTimeoutMs(), PATIENCE_MS);
            members.put(id, member);
        });
    }

    /**
     * A member opens its session, for the first time or again.
     *
     * @param memberId of its own choice, no two processes' the same
     * @param generation that it was told last, 0 where it is new
     * @param holds what it has not let go of
     */
    public Outcome<List<GroupEffect>> onJoin(
            String memberId, long generation, Set<TopicPartition> holds, MemberConfig config, long nowMs) {
        GroupMember known = members.get(memberId);
        if (isOfALaterClaim(generation)) {
            return Outcome.no(stale(generation));
        }
        if (known == null && generation > 0) {
            return Outcome.no(unknown(memberId));
        }
        GroupMember namesake = known == null ? namesake(config.instanceId()) : null;
        if (namesake != null && namesake.isConnected() && safeguards.has(Safeguard.R43_AN_INSTANCE_IS_ONE_PROCESS)) {
            return Outcome.no(Refusal.definite(
                    ErrorReason.INSTANCE_ID_IN_USE,
                    "Group '" + group + "' has a member with the instance id '" + config.instanceId() + "' already: "
                            + namesake.id));
        }
        if (known == null && namesake == null && members.size() >= MAX_MEMBERS) {
            return Outcome.no(Refusal.definite(
                    ErrorReason.LIMIT_EXCEEDED, "Group '" + group + "' has " + MAX_MEMBERS + " members already"));
        }
        GroupMember member = known == null ? admit(memberId, namesake, config, nowMs) : known;
        if (member.isAwaited()) {
            restore(member, generation, holds);
        }
        mustAssign |= isNews(member.config, config);
        member.config = config;
        member.heardMs = nowMs;
        member.brokenSinceMs = GroupMember.NEVER;
        member.told = null;
        return Outcome.ok(proceed(nowMs));
    }

    private static boolean isNews(@Nullable MemberConfig before, MemberConfig now) {
        return before == null
                || !before.subscription().equals(now.subscription())
                || before.assignor() != now.assignor();
    }

    private @Nullable GroupMember namesake(@Nullable String instanceId) {
        return members.values().stream()
                .filter(member -> instanceId != null && instanceId.equals(member.instanceId))
                .findFirst()
                .orElse(null);
    }

    /** @param predecessor the same instance before its restart: its place is taken, and nothing moves */
    private GroupMember admit(String id, @Nullable GroupMember predecessor, MemberConfig config, long nowMs) {
        GroupMember member = new GroupMember(id, config.instanceId(), nowMs);
        if (predecessor != null) {
            members.remove(predecessor.id);
            haunt(predecessor);
            member.target = predecessor.target;
        }
        // A new process holds nothing: there is nothing to restore.
        member.config = config;
        members.put(id, member);
        mustAssign = true;
        return member;
    }

    /** What it says that it has, it has, unless somebody else was faster, who then had it before too. */
    private void restore(GroupMember member, long generation, Set<TopicPartition> holds) {
        for (TopicPartition partition : holds) {
            if (!isGranted(partition)) {
                member.granted.put(partition, generation);
            }
        }
        member.target = new TreeSet<>(member.granted.keySet());
    }

    /** Still there, and this is what it has not let go of. Refused where it is no member: it then has nothing. */
    public Outcome<List<GroupEffect>> onHeartbeat(
            String memberId, long generation, Set<TopicPartition> holds, long nowMs) {
        GroupMember member = members.get(memberId);
        if (isOfALaterClaim(generation)) {
            return Outcome.no(stale(generation));
        }
        if (member == null || member.isAwaited()) {
            return Outcome.no(unknown(memberId));
        }
        member.heardMs = Math.max(member.heardMs, nowMs);
        // What it said before it was told does not count: it may not have had the partition yet.
        boolean hasLetGo = generation >= member.toldGeneration
                && member.granted
                        .keySet()
                        .removeIf(partition -> !member.target.contains(partition) && !holds.contains(partition));
        if (hasLetGo) {
            // It makes progress: the rest has its whole time again.
            member.lettingGoSinceMs = GroupMember.NEVER;
        }
        return Outcome.ok(hasLetGo ? proceed(nowMs) : List.of());
    }

    /** Its stream is broken; it may come back. */
    public void onBroken(String memberId, long nowMs) {
        GroupMember member = members.get(memberId);
        if (member != null && member.isConnected()) {
            member.brokenSinceMs = nowMs;
        }
    }

    /** It goes, and has let go of everything. */
    public List<GroupEffect> onLeave(String memberId, long nowMs) {
        mustAssign |= members.remove(memberId) != null;
        return proceed(nowMs);
    }

    public List<GroupEffect> onTopics(SortedMap<String, AssignableTopic> now, long nowMs) {
        topics = now;
        mustAssign = true;
        return proceed(nowMs);
    }

    /** Ends the wait for whom was silent for too long. To be called often. */
    public List<GroupEffect> onTick(long nowMs) {
        boolean isSame = true;
        for (GroupMember member : List.copyOf(members.values())) {
            String why = whyGone(member, nowMs);
            if (why != null) {
                members.remove(member.id);
                haunt(member);
                mustAssign = true;
                isSame = false;
                effects.add(new GroupEffect.Expel(
                        member.id,
                        Refusal.definite(
                                ErrorReason.UNKNOWN_MEMBER,
                                "Member " + member.id + " of group '" + group + "' counts as gone: " + why)));
            }
        }
        return isSame ? List.of() : proceed(nowMs);
    }

    /** This coordinator itself stood still, and what members said meanwhile is still on its way: nobody was silent so long. */
    public void onStalled(long forMs) {
        members.values().forEach(member -> member.shift(forMs));
    }

    private @Nullable String whyGone(GroupMember member, long nowMs) {
        MemberConfig config = member.config;
        if (config == null) {
            return nowMs >= member.awaitedUntilMs ? "it did not come back to the new coordinator" : null;
        }
        if (nowMs - member.heardMs >= config.sessionTimeoutMs()) {
            return "it was silent for " + (nowMs - member.heardMs) + " ms";
        }
        boolean isBroken = member.brokenSinceMs != GroupMember.NEVER && member.instanceId == null;
        if (isBroken && nowMs - member.brokenSinceMs >= RECONNECT_MS) {
            return "its stream broke and it did not come back within " + RECONNECT_MS + " ms";
        }
        boolean isHolding = member.lettingGoSinceMs != GroupMember.NEVER;
        return isHolding && nowMs - member.lettingGoSinceMs >= config.rebalanceTimeoutMs()
                ? "it did not let go of its partitions within " + config.rebalanceTimeoutMs() + " ms"
                : null;
    }

    /** What was asked for last is stored. */
    public List<GroupEffect> onStored(long nowMs) {
        GroupRecord now = storing;
        if (now == null) {
            throw new IllegalStateException("nothing is being stored");
        }
        stored = now;
        storing = null;
        ghosts.removeIf(ghost -> ghost.untilGeneration() <= now.generation());
        meant.forEach((id, assigned) -> {
            GroupMember member = members.get(id);
            if (member != null) {
                member.target = assigned;
            }
        });
        return proceed(nowMs);
    }

    /** Why this commit may not be stored, null where it may. A group without members takes commits of anybody. */
    public @Nullable Refusal commitRefusal(String memberId, long generation, long number, TopicPartition partition) {
        if (!safeguards.has(Safeguard.R43_OWNERS_COMMIT)) {
            return null;
        }
        if (memberId.isEmpty()) {
            return members.isEmpty()
                    ? null
                    : Refusal.definite(
                            ErrorReason.GROUP_NOT_EMPTY, "Group '" + group + "' has members: only they may commit");
        }
        if (isOfALaterClaim(generation)) {
            return stale(generation);
        }
        GroupMember member = members.get(memberId);
        if (member == null) {
            return unknown(memberId);
        }
        if (member.isAwaited()) {
            return Refusal.definite(
                    ErrorReason.NOT_GROUP_COORDINATOR,
                    "Group '" + group + "' has just been taken over, and member " + memberId
                            + " has not joined it here");
        }
        if (number < member.lastCommit) {
            return Refusal.definite(
                    ErrorReason.CONFLICT,
                    "Member " + memberId + " has committed since: " + number + " comes after " + member.lastCommit);
        }
        Long since = member.granted.get(partition);
        if (since == null) {
            return Refusal.definite(
                    ErrorReason.NOT_PARTITION_OWNER,
                    "Partition " + partition + " is not member " + memberId + "'s in group '" + group + "'");
        }
        return generation >= since
                ? null
                : Refusal.definite(
                        ErrorReason.ILLEGAL_GENERATION,
                        "Generation " + generation + " is over: member " + memberId + " has partition " + partition
                                + " since generation " + since + " of " + stored.generation());
    }

    /** A commit that was not refused: what was numbered lower comes too late from now on. */
    public void onCommit(String memberId, long number) {
        GroupMember member = members.get(memberId);
        if (member != null) {
            member.lastCommit = Math.max(member.lastCommit, number);
        }
    }

    public GroupState state() {
        if (members.isEmpty()) {
            return GroupState.EMPTY;
        }
        boolean isSettled = members.values().stream().allMatch(GroupMember::isSettled);
        return isSettled && !mustAssign && storing == null ? GroupState.STABLE : GroupState.REBALANCING;
    }

    public long generation() {
        return stored.generation();
    }

    /** Whether a member wants the topic, or has something of it. */
    public boolean isReading(String topic) {
        AssignableTopic known = topics.get(topic);
        return members.values().stream()
                .anyMatch(member -> member.wants(topic)
                        || member.granted.keySet().stream()
                                .anyMatch(partition ->
                                        known != null && partition.topicId().equals(known.topicId())));
    }

    /** The one that counted last. */
    public AssignorName assignor() {
        return assignor;
    }

    public boolean isEmpty() {
        return members.isEmpty();
    }

    /** Whether another coordinator would find the same members: what was decided of them last is stored. */
    public boolean isRecorded() {
        return storing == null && stored.members().keySet().equals(members.keySet());
    }

    /** In the order of their ids. */
    public List<MemberView> members(long nowMs) {
        return members.values().stream().map(member -> member.view(nowMs)).toList();
    }

    private List<GroupEffect> proceed(long nowMs) {
        boolean isWhole = members.values().stream().noneMatch(GroupMember::isAwaited);
        if (isWhole && mustAssign && storing == null) {
            assign();
        }
        if (isWhole) {
            giveWhatIsFree();
        }
        members.values().forEach(member -> tell(member, nowMs));
        List<GroupEffect> done = effects;
        effects = new ArrayList<>();
        return done;
    }

    private void haunt(GroupMember gone) {
        GroupRecord newest = storing == null ? stored : storing;
        ghosts.add(new Ghost(gone.granted.keySet(), newest.generation() + 1));
    }

    private void assign() {
        mustAssign = false;
        GroupAssignment assignment = new GroupAssignment(members.values(), topics);
        assignor = assignment.assignor();
        Map<String, SortedSet<TopicPartition>> made = assignment.make();
        SortedMap<String, GroupRecord.Entry> entries = new TreeMap<>();
        members.forEach((id, member) -> entries.put(id, member.entry()));
        boolean isNews = !ghosts.isEmpty()
                || !entries.equals(stored.members())
                || members.values().stream().anyMatch(member -> !member.target.equals(made.get(member.id)));
        if (isNews) {
            GroupRecord next = new GroupRecord(stored.generation() + 1, entries);
            meant = made;
            storing = next;
            effects.add(new GroupEffect.Store(next));
        }
    }

    private void giveWhatIsFree() {
        Set<TopicPartition> taken = new TreeSet<>();
        members.values().forEach(member -> taken.addAll(member.granted.keySet()));
        ghosts.forEach(ghost -> taken.addAll(ghost.partitions()));
        for (GroupMember member : members.values()) {
            if (stored.members().containsKey(member.id)) {
                for (TopicPartition partition : member.target) {
                    boolean isFree = taken.add(partition) || !safeguards.has(Safeguard.R43_GIVEN_ON_AFTER_LET_GO);
                    if (isFree && !member.granted.containsKey(partition)) {
                        member.granted.put(partition, stored.generation());
                    }
                }
            }
        }
    }

    private boolean isGranted(TopicPartition partition) {
        return members.values().stream().anyMatch(member -> member.granted.containsKey(partition));
    }

    private void tell(GroupMember member, long nowMs) {
        boolean isHolding = !member.surplus().isEmpty();
        if (!isHolding) {
            member.lettingGoSinceMs = GroupMember.NEVER;
        } else if (member.lettingGoSinceMs == GroupMember.NEVER) {
            member.lettingGoSinceMs = nowMs;
        }
        SortedSet<TopicPartition> readable = member.readable();
        boolean isNews = !readable.equals(member.told);
        if (isNews && member.isConnected() && stored.members().containsKey(member.id)) {
            member.told = readable;
            member.toldGeneration = stored.generation();
            effects.add(new GroupEffect.Assign(member.id, stored.generation(), readable));
        }
    }

    /**
     * Then somebody else has claimed the group since, and this coordinator has not heard of it; or it is of a group of the
     * name that was deleted.
     */
    public boolean isOfALaterClaim(long generation) {
        return generation > stored.generation();
    }

    private Refusal stale(long generation) {
        return Refusal.definite(
                ErrorReason.NOT_GROUP_COORDINATOR,
                "Generation " + generation + " of group '" + group + "' is not known here: this is generation "
                        + stored.generation());
    }

    private Refusal unknown(String memberId) {
        return Refusal.definite(
                ErrorReason.UNKNOWN_MEMBER, "Group '" + group + "' has no member " + memberId + ": join again");
    }
}
