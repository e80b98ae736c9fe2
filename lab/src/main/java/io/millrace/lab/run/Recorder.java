package io.millrace.lab.run;

import java.util.Set;

/**
 * Told what happens in a run, as it happens. Times are of {@link System#nanoTime()}. Called by many threads at once, each
 * of which waits for the answer.
 *
 * <p>A record is named by its partition and its number there: the content is a function of both.
 */
public interface Recorder {

    /** A record is about to be handed over. */
    default void onSend(int producer, int partition, long number, long nowNs) {}

    default void onAcknowledged(int producer, int partition, long number, long offset, long nowNs) {}

    /** @param isDefinite whether the record is not stored and never will be; else it may be */
    default void onFailed(int producer, int partition, long number, boolean isDefinite, long nowNs) {}

    /**
     * A consumer was handed a record.
     *
     * @param reader its name, a new one for each consumer
     * @param isInGroup whether it is a member of the group, else it reads all partitions
     * @param number -1 for a record of which nobody knows
     */
    default void onRead(String reader, boolean isInGroup, int partition, long offset, long number, long nowNs) {}

    /** A member of the group reads these from now on. */
    default void onAssigned(String member, Set<Integer> partitions, long nowNs) {}

    /** A member of the group has let these go, or has lost them. */
    default void onReleased(String member, Set<Integer> partitions, boolean isLost, long nowNs) {}

    /** A fault has struck. */
    default void onFault(FaultStep step, long nowNs) {}

    /** Healing has begun. */
    default void onHealing(FaultStep step, long nowNs) {}

    /** All replicas are in sync again. */
    default void onHealed(FaultStep step, long nowNs) {}
}
