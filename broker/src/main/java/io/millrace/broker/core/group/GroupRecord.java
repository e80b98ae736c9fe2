package io.millrace.broker.core.group;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered of a group, so that another coordinator can go on with it. It is stored before anybody acts on it:
 * who is not in it owns nothing. What each member owns need not be in it: members say so themselves when they come back.
 *
 * @param generation grows with every record of the group, and with every coordinator that takes it over
 */
public record GroupRecord(long generation, SortedMap<String, Entry> members) {

    /** @param instanceId null for a member whose place dies with its process */
    public record Entry(@Nullable String instanceId, long sessionTimeoutMs) {}

    public GroupRecord {
        members = Collections.unmodifiableSortedMap(new TreeMap<>(members));
    }

    /** A group that nobody has joined yet. */
    public static GroupRecord none() {
        return new GroupRecord(0, new TreeMap<>());
    }
}
