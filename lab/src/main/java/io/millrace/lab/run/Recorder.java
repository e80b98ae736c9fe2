package io.millrace.lab.run;

import io.millrace.lab.drill.Sent;
import java.util.Set;

/**
 * Told what happens in a run, as it happens: what is asked for before it is, and answers after they came. Times are of
 * {@link System#nanoTime()}. Called by many threads at once, each of which waits for the answer.
 */
public interface Recorder {

    /** A record is about to be handed over. */
    default void onSend(Sent record, long nowNs) {}

    default void onAcknowledged(Sent record, long offset, int leaderEpoch, long nowNs) {}

    /** @param isDefinite whether the record is not stored and never will be; else it may be */
    default void onFailed(Sent record, boolean isDefinite, String error, long nowNs) {}

    /** A consumer was handed records. */
    default void onPolled(Polled polled) {}

    /** A member is about to join the group. */
    default void onJoining(String member, long nowNs) {}

    /** It has gone, with a word or without. */
    default void onGone(String member, long nowNs) {}

    /** A member of the group reads these too from now on. */
    default void onAssigned(String member, long generation, Set<Integer> partitions, long nowNs) {}

    /** A member of the group has let these go, or has lost them. */
    default void onReleased(String member, Set<Integer> partitions, boolean isLost, long nowNs) {}

    /** A member is about to commit. */
    default void onCommit(Commit commit, long nowNs) {}

    default void onCommitted(Commit commit, long nowNs) {}

    default void onCommitFailed(Commit commit, boolean isDefinite, String error, long nowNs) {}

    /** A fault has struck. */
    default void onFault(FaultStep step, long nowNs) {}

    /** Healing has begun. */
    default void onHealing(FaultStep step, long nowNs) {}

    /** All replicas are in sync again. */
    default void onHealed(FaultStep step, long nowNs) {}
}
