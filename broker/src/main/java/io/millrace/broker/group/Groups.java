package io.millrace.broker.group;

import io.millrace.broker.core.Outcome;
import io.millrace.broker.core.group.CommittedOffset;
import io.millrace.broker.core.group.OffsetCommit;
import java.util.List;
import java.util.function.Consumer;

/**
 * Consumer groups, of those that this broker coordinates: others are refused with NOT_GROUP_COORDINATOR. Callable from
 * any thread; each reply comes exactly once, on the groups' loop, and must return at once. Everything may be refused with
 * INVALID_REQUEST and COORDINATOR_NOT_AVAILABLE.
 */
public interface Groups {
    int NO_COORDINATOR = -1;

    /** Which broker coordinates the group, as far as this one knows; at once. */
    int coordinator(String group);

    /** Opens a member's session; what becomes of it the stream is told. */
    MemberSession join(MemberOpening opening, MemberStream stream);

    /**
     * Stores all of the offsets or none, and answers once a quorum of the service has them.
     */
    void commit(
            String group,
            Committer committer,
            List<OffsetCommit> offsets,
            Consumer<Outcome<List<CommittedOffset>>> reply);

    /**
     * Finds offsets, in the order of topic and partition; none for partitions without one, nor for a topic that was
     * deleted, or created again, since the commit.
     *
     * @param topics names; empty for all that the group has offsets of
     */
    void fetch(String group, List<String> topics, Consumer<Outcome<List<CommittedOffset>>> reply);

    /**
     * Some of all groups, whoever coordinates them.
     *
     * @param from what the page before this one said, empty for the first
     */
    void list(String from, Consumer<Outcome<GroupPage>> reply);

    /** Refused with UNKNOWN_GROUP. */
    void describe(String group, Consumer<Outcome<GroupDescription>> reply);

    /** Sets offsets of a group that nobody is in, or says what it would set. */
    void reset(OffsetReset reset, Consumer<Outcome<List<ResetOffset>>> reply);

    /** Refused with UNKNOWN_GROUP, GROUP_NOT_EMPTY. */
    void delete(String group, Consumer<Outcome<Boolean>> reply);

    /** Refused with UNKNOWN_GROUP, UNKNOWN_TOPIC, GROUP_NOT_EMPTY. */
    void deleteOffsets(String group, String topic, Consumer<Outcome<Boolean>> reply);
}
