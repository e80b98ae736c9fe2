package io.millrace.client;

import io.grpc.MethodDescriptor;
import org.jspecify.annotations.Nullable;

/**
 * What the retry loop has to know about one call.
 *
 * @param isRepeatable whether it may be sent again although an earlier attempt may have been carried out: it only reads,
 *     or the broker finds out that it has done it
 * @param leaderOf the partition to whose leader it goes; null where any broker will do
 * @param coordinator of the group that it is about, where it goes first; null for a call that is about none
 * @param timeoutMs for the whole call, pauses and attempts included
 * @param attemptTimeoutMs for one attempt; shorter than the whole where a broker that hangs should not use it all up
 */
record CallSpec<Q, R>(
        MethodDescriptor<Q, R> method,
        RequestMaker<Q> requests,
        boolean isRepeatable,
        @Nullable LeaderOf leaderOf,
        @Nullable CoordinatorRoute coordinator,
        long timeoutMs,
        long attemptTimeoutMs) {

    record LeaderOf(String topic, int partition) {}

    /** Makes the message of one attempt. */
    interface RequestMaker<Q> {
        /** {@code leaderOnly} says that it goes to the leader itself, which must not forward it. */
        Q make(boolean leaderOnly, long attemptMs);
    }

    /** A call that changes something: one attempt may take all the time there is. */
    static <Q, R> CallSpec<Q, R> write(MethodDescriptor<Q, R> method, Q request, long timeoutMs) {
        return new CallSpec<>(method, (leaderOnly, attemptMs) -> request, false, null, null, timeoutMs, timeoutMs);
    }

    /** A call that any broker answers from what it knows. */
    static <Q, R> CallSpec<Q, R> read(MethodDescriptor<Q, R> method, Q request, long timeoutMs, long attemptTimeoutMs) {
        return new CallSpec<>(
                method, (leaderOnly, attemptMs) -> request, true, null, null, timeoutMs, attemptTimeoutMs);
    }

    /** A call about a group that may be repeated. */
    static <Q, R> CallSpec<Q, R> ofGroup(
            MethodDescriptor<Q, R> method,
            Q request,
            CoordinatorRoute coordinator,
            long timeoutMs,
            long attemptTimeoutMs) {
        return new CallSpec<>(
                method, (leaderOnly, attemptMs) -> request, true, null, coordinator, timeoutMs, attemptTimeoutMs);
    }
}
