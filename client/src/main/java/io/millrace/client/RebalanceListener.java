package io.millrace.client;

import java.util.Set;

/**
 * Told when partitions come and go. Called inside {@code poll}, on its thread, and {@link #onRevoked} also inside {@code
 * close}; never for partitions that stay. What it throws comes out of that poll, after what had to be done is done.
 */
public interface RebalanceListener {
    /** These are read from now on. They can be sought and paused here: no record of them has been handed out yet. */
    default void onAssigned(Set<TopicPartition> partitions) {}

    /**
     * These go to another member, which begins where the group has committed. Commits of them still succeed here; no
     * record of them is handed out any more.
     */
    default void onRevoked(Set<TopicPartition> partitions) {}

    /**
     * These are gone: the coordinator took this member for dead, or did not hear it for the session timeout. Another
     * member may read them already, and commits of them fail.
     */
    default void onLost(Set<TopicPartition> partitions) {}
}
