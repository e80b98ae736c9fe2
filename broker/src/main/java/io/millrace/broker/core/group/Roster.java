package io.millrace.broker.core.group;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Who is in a group: found by id and by instance, so that who joins costs no walk through those who are there. */
final class Roster {
    private final SortedMap<String, GroupMember> members = new TreeMap<>();
    private final SortedMap<String, GroupMember> instances = new TreeMap<>();
    private int awaited;

    void add(GroupMember member) {
        members.put(member.id, member);
        if (member.instanceId != null) {
            instances.put(member.instanceId, member);
        }
        awaited += member.isAwaited() ? 1 : 0;
    }

    @Nullable
    GroupMember remove(String id) {
        GroupMember gone = members.remove(id);
        if (gone != null) {
            awaited -= gone.isAwaited() ? 1 : 0;
            if (gone.instanceId != null) {
                instances.remove(gone.instanceId, gone);
            }
        }
        return gone;
    }

    /** It has said what it wants, for the first time or again. */
    void onSaid(GroupMember member, MemberConfig config) {
        awaited -= member.isAwaited() ? 1 : 0;
        member.config = config;
    }

    /** Whether nobody is awaited whom an earlier coordinator had. */
    boolean isWhole() {
        return awaited == 0;
    }

    @Nullable
    GroupMember member(String id) {
        return members.get(id);
    }

    @Nullable
    GroupMember ofInstance(@Nullable String instanceId) {
        return instanceId == null ? null : instances.get(instanceId);
    }

    /** In the order of their ids. */
    Collection<GroupMember> all() {
        return Collections.unmodifiableCollection(members.values());
    }

    /** As {@link #all}, for who takes some of them away. */
    List<GroupMember> copy() {
        return new ArrayList<>(members.values());
    }

    int size() {
        return members.size();
    }

    boolean isEmpty() {
        return members.isEmpty();
    }
}
