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
 *
 * <p>All groups of a broker share one loop, and a group may have {@value #MAX_MEMBERS} members. So what one member says
 * costs what concerns that member; the whole group is looked at when a record is made or stored, and between two of
 * those it rests.
 */
public final class ConsumerGroup {
    /** How long the members that an earlier coordinator had may take to find this one; nothing moves meanwhile. */
    private static final long PATIENCE_MS = 5_000;

    /** So that a record of them all fits into one write. */
    private static final int MAX_MEMBERS = 1_000;

    /**
     * An assignment costs some microseconds for each member and each partition; the next one comes no sooner than after
     * 1 ms for ten of them. So thousands that come at once are a few records.
     */
    private static final int ASSIGNED_PER_MS = 10;

    /** Members and partitions of a group that is too small to need a rest. */
    private static final int SMALL = 200;

    private final String group;
    private final Safeguards safeguards;
    private final Roster roster = new Roster();
    private final Grants grants;
    private SortedMap<String, AssignableTopic> topics;
    private TopicMatches matches = TopicMatches.none();
    private GroupRecord stored;
    private @Nullable GroupRecord storing;
    /** What each member is to have once that is stored. */
    private Map<String, SortedSet<TopicPartition>> meant = new TreeMap<>();

    private AssignorName assignor = AssignorName.UNIFORM;
    private boolean mustAssign;
    private long restsUntilMs = Long.MIN_VALUE;
    /** Whoever is to be told something else than before, perhaps. */
    private final SortedMap<String, GroupMember> concerned = new TreeMap<>();

    private List<GroupEffect> effects = new ArrayList<>();

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
        this.grants = new Grants(stored.generation(), safeguards, this::concern);
        stored.members().forEach((id, entry) -> {
            GroupMember member = new GroupMember(id, entry.instanceId(), nowMs);
            member.awaitedUntilMs = nowMs + Math.min(entry.sessionTimeoutMs(), PATIENCE_MS);
            roster.add(member);
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
        GroupMember known = roster.member(memberId);
        if (isOfALaterClaim(generation)) {
            return Outcome.no(stale(generation));
        }
        if (known == null && generation > 0) {
            return Outcome.no(unknown(memberId));
        }
        GroupMember namesake = known == null ? roster.ofInstance(config.instanceId()) : null;
        if (namesake != null && namesake.isConnected() && safeguards.has(Safeguard.R43_AN_INSTANCE_IS_ONE_PROCESS)) {
            return Outcome.no(Refusal.definite(
                    ErrorReason.INSTANCE_ID_IN_USE,
                    "Group '" + group + "' has a member with the instance id '" + config.instanceId() + "' already: "
                            + namesake.id));
        }
        if (known == null && namesake == null && roster.size() >= MAX_MEMBERS) {
            return Outcome.no(Refusal.definite(
                    ErrorReason.LIMIT_EXCEEDED, "Group '" + group + "' has " + MAX_MEMBERS + " members already"));
        }
        GroupMember member = known == null ? admit(memberId, namesake, config, nowMs) : known;
        if (member.isAwaited()) {
            grants.restore(member, generation, holds);
        }
        mustAssign |= isNews(member.config, config);
        roster.onSaid(member, config);
        member.heardMs = nowMs;
        member.brokenSinceMs = GroupMember.NEVER;
        member.told = null;
        concern(member);
        return Outcome.ok(proceed(nowMs));
    }

    private static boolean isNews(@Nullable MemberConfig before, MemberConfig now) {
        return before == null
                || !before.subscription().equals(now.subscription())
                || before.assignor() != now.assignor();
    }

    /** @param predecessor the same instance before its restart: its place is taken, and nothing moves */
    private GroupMember admit(String id, @Nullable GroupMember predecessor, MemberConfig config, long nowMs) {
        GroupMember member = new GroupMember(id, config.instanceId(), nowMs);
        if (predecessor != null) {
            remove(predecessor);
            member.target = predecessor.target;
        }
        // A new process holds nothing: there is nothing to restore.
        member.config = config;
        roster.add(member);
        mustAssign = true;
        return member;
    }

    /** Still there, and this is what it has not let go of. Refused where it is no member: it then has nothing. */
    public Outcome<List<GroupEffect>> onHeartbeat(
            String memberId, long generation, Set<TopicPartition> holds, long nowMs) {
        GroupMember member = roster.member(memberId);
        if (isOfALaterClaim(generation)) {
            return Outcome.no(stale(generation));
        }
        if (member == null || member.isAwaited()) {
            return Outcome.no(unknown(memberId));
        }
        member.heardMs = Math.max(member.heardMs, nowMs);
        // What it said before it was told does not count: it may not have had the partition yet.
        boolean hasLetGo = member.isLettingGo() && generation >= member.toldGeneration && grants.letGo(member, holds);
        if (!hasLetGo) {
            return Outcome.ok(List.of());
        }
        // It makes progress: the rest has its whole time again.
        member.lettingGoSinceMs = GroupMember.NEVER;
        concern(member);
        return Outcome.ok(proceed(nowMs));
    }

    /** Its stream is broken; it may come back. */
    public void onBroken(String memberId, long nowMs) {
        GroupMember member = roster.member(memberId);
        if (member != null && member.isConnected()) {
            member.brokenSinceMs = nowMs;
        }
    }

    /** It goes, and has let go of everything. */
    public List<GroupEffect> onLeave(String memberId, long nowMs) {
        GroupMember gone = roster.remove(memberId);
        if (gone != null) {
            concerned.remove(memberId);
            grants.leave(gone);
            mustAssign = true;
        }
        return proceed(nowMs);
    }

    /** @param changed names of those that came, went, or are not what they were */
    public List<GroupEffect> onTopics(SortedMap<String, AssignableTopic> now, SortedSet<String> changed, long nowMs) {
        topics = now;
        matches = TopicMatches.none();
        TopicMatches ofChanged = TopicMatches.among(changed);
        mustAssign |= roster.all().stream().anyMatch(member -> member.wantsAny(ofChanged));
        return proceed(nowMs);
    }

    /** Ends the wait for whom was silent for too long, and goes on after a rest. To be called often. */
    public List<GroupEffect> onTick(long nowMs) {
        for (GroupMember member : roster.copy()) {
            String why = member.whyGone(nowMs);
            if (why != null) {
                remove(member);
                mustAssign = true;
                effects.add(new GroupEffect.Expel(
                        member.id,
                        Refusal.definite(
                                ErrorReason.UNKNOWN_MEMBER,
                                "Member " + member.id + " of group '" + group + "' counts as gone: " + why)));
            }
        }
        return proceed(nowMs);
    }

    private void remove(GroupMember gone) {
        GroupRecord newest = storing == null ? stored : storing;
        roster.remove(gone.id);
        concerned.remove(gone.id);
        grants.haunt(gone, newest.generation() + 1);
    }

    /** This coordinator itself stood still, and what members said meanwhile is still on its way: nobody was silent so long. */
    public void onStalled(long forMs) {
        roster.all().forEach(member -> member.shift(forMs));
    }

    /** What was asked for last is stored. */
    public List<GroupEffect> onStored(long nowMs) {
        GroupRecord now = storing;
        if (now == null) {
            throw new IllegalStateException("nothing is being stored");
        }
        stored = now;
        storing = null;
        meant.forEach((id, assigned) -> {
            GroupMember member = roster.member(id);
            if (member != null) {
                member.target = assigned;
            }
        });
        meant = new TreeMap<>();
        grants.onStored(
                now.generation(), roster.all().stream().filter(this::isStored).toList());
        roster.all().forEach(this::concern);
        return proceed(nowMs);
    }

    /** Why this commit may not be stored, null where it may. A group without members takes commits of anybody. */
    public @Nullable Refusal commitRefusal(String memberId, long generation, long number, TopicPartition partition) {
        if (!safeguards.has(Safeguard.R43_OWNERS_COMMIT)) {
            return null;
        }
        if (memberId.isEmpty()) {
            return roster.isEmpty()
                    ? null
                    : Refusal.definite(
                            ErrorReason.GROUP_NOT_EMPTY, "Group '" + group + "' has members: only they may commit");
        }
        if (isOfALaterClaim(generation)) {
            return stale(generation);
        }
        GroupMember member = roster.member(memberId);
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

    /** A commit that was not refused, here or by an earlier coordinator: what was numbered lower comes too late from now on. */
    public void onCommit(String memberId, long number) {
        GroupMember member = roster.member(memberId);
        if (member != null) {
            member.lastCommit = Math.max(member.lastCommit, number);
        }
    }

    public GroupState state() {
        if (roster.isEmpty()) {
            return GroupState.EMPTY;
        }
        boolean isSettled = roster.all().stream().allMatch(GroupMember::isSettled);
        return isSettled && !mustAssign && storing == null ? GroupState.STABLE : GroupState.REBALANCING;
    }

    public long generation() {
        return stored.generation();
    }

    /** Whether a member wants the topic, or has something of it. */
    public boolean isReading(String topic) {
        AssignableTopic known = topics.get(topic);
        TopicMatches one = TopicMatches.among(new TreeSet<>(List.of(topic)));
        return roster.all().stream()
                .anyMatch(member -> member.wantsAny(one)
                        || member.granted.keySet().stream()
                                .anyMatch(partition ->
                                        known != null && partition.topicId().equals(known.topicId())));
    }

    /** The one that counted last. */
    public AssignorName assignor() {
        return assignor;
    }

    public boolean isEmpty() {
        return roster.isEmpty();
    }

    /** Whether another coordinator would find the same members: what was decided of them last is stored. */
    public boolean isRecorded() {
        return storing == null && stored.members().keySet().equals(roster.ids());
    }

    /** In the order of their ids. */
    public List<MemberView> members(long nowMs) {
        return roster.all().stream().map(member -> member.view(nowMs)).toList();
    }

    private void concern(GroupMember member) {
        concerned.put(member.id, member);
    }

    private boolean isStored(GroupMember member) {
        return stored.members().containsKey(member.id);
    }

    private List<GroupEffect> proceed(long nowMs) {
        // While somebody is awaited nobody knows what is free.
        if (mustAssign && storing == null && roster.isWhole() && nowMs >= restsUntilMs) {
            assign(nowMs);
        }
        concerned.values().forEach(member -> tell(member, nowMs));
        concerned.clear();
        List<GroupEffect> done = effects;
        effects = new ArrayList<>();
        return done;
    }

    private void assign(long nowMs) {
        mustAssign = false;
        matches = TopicMatches.among(topics.keySet(), matches);
        GroupAssignment assignment = new GroupAssignment(roster.all(), topics, matches);
        assignor = assignment.assignor();
        Map<String, SortedSet<TopicPartition>> made = assignment.make();
        restsUntilMs = nowMs + Math.max(0, size(made) - SMALL) / ASSIGNED_PER_MS;
        SortedMap<String, GroupRecord.Entry> entries = new TreeMap<>();
        roster.all().forEach(member -> entries.put(member.id, member.entry()));
        boolean isNews = grants.hasGhosts()
                || !entries.equals(stored.members())
                || roster.all().stream().anyMatch(member -> !member.target.equals(made.get(member.id)));
        if (isNews) {
            GroupRecord next = new GroupRecord(stored.generation() + 1, entries);
            meant = made;
            storing = next;
            effects.add(new GroupEffect.Store(next));
        }
    }

    private static long size(Map<String, SortedSet<TopicPartition>> made) {
        return made.values().stream()
                .mapToLong(partitions -> 1 + partitions.size())
                .sum();
    }

    private void tell(GroupMember member, long nowMs) {
        if (member.surplus().isEmpty()) {
            member.lettingGoSinceMs = GroupMember.NEVER;
        } else if (!member.isLettingGo()) {
            member.lettingGoSinceMs = nowMs;
        }
        SortedSet<TopicPartition> readable = member.readable();
        boolean isNews = !readable.equals(member.told);
        if (isNews && member.isConnected() && isStored(member)) {
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
