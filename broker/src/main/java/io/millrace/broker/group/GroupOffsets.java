package io.millrace.broker.group;

import io.millrace.broker.core.Outcome;
import io.millrace.broker.core.group.CommittedOffset;
import io.millrace.broker.core.group.OffsetCommit;
import java.util.List;
import java.util.function.Consumer;

/**
 * The committed offsets of consumer groups. Callable from any thread; each reply comes exactly once, on the group's
 * loop.
 */
public interface GroupOffsets {

    /**
     * Stores all of {@code offsets} or none, and answers with what is stored once a quorum of the service has it.
     * Refused with INVALID_REQUEST, UNKNOWN_TOPIC, TOPIC_ID_CHANGED, CONFLICT, or COORDINATOR_NOT_AVAILABLE, the last
     * one indeterminate.
     */
    void commit(String group, List<OffsetCommit> offsets, Consumer<Outcome<List<CommittedOffset>>> reply);

    /**
     * Finds offsets, in the order of topic and partition; none for partitions without one, nor for a topic that was
     * deleted, or created again, since the commit. Refused with INVALID_REQUEST, UNKNOWN_TOPIC or
     * COORDINATOR_NOT_AVAILABLE.
     *
     * @param topics names; empty for all that the group has offsets of
     */
    void fetch(String group, List<String> topics, Consumer<Outcome<List<CommittedOffset>>> reply);
}
