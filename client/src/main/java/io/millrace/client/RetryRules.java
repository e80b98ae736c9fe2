package io.millrace.client;

import io.millrace.proto.v1.ErrorReason;

/** Decides whether a failed call may be sent again. Pure. */
final class RetryRules {
    /** A topic that was just created may not have reached every broker; longer than this, it does not exist. */
    static final long UNKNOWN_TOPIC_GRACE_MS = 1_000;

    private static final long BEHIND_PAUSE_MS = 6;
    private static final long ELECTION_PAUSE_MS = 40;
    private static final long MAX_PAUSE_MS = 1_000;

    private RetryRules() {}

    /** Safe: it changed nothing, or doing it twice is the same as once. And of use: it may succeed the next time. */
    static boolean mayRetry(MillraceException failure, boolean isRepeatable, long sinceStartMs) {
        return (isRepeatable || failure.isDefinite()) && mayPass(failure, sinceStartMs);
    }

    private static boolean mayPass(MillraceException failure, long sinceStartMs) {
        return switch (failure.kind()) {
            case UNREACHABLE, TIMED_OUT -> true;
            case CANCELLED, PROTOCOL -> false;
            case REFUSED -> isPassing(failure.reason(), sinceStartMs);
        };
    }

    private static boolean isPassing(ErrorReason reason, long sinceStartMs) {
        return switch (reason) {
            case ERROR_REASON_NOT_LEADER,
                    ERROR_REASON_LEADER_NOT_AVAILABLE,
                    ERROR_REASON_NOT_ENOUGH_REPLICAS,
                    ERROR_REASON_COMMIT_TIMEOUT,
                    ERROR_REASON_FENCED_LEADER_EPOCH,
                    ERROR_REASON_UNKNOWN_LEADER_EPOCH,
                    ERROR_REASON_CONTROLLER_NOT_AVAILABLE,
                    ERROR_REASON_COORDINATOR_NOT_AVAILABLE,
                    ERROR_REASON_STORAGE_FULL,
                    ERROR_REASON_STORAGE_FAILED,
                    ERROR_REASON_BROKER_NOT_READY,
                    ERROR_REASON_NOT_GROUP_COORDINATOR,
                    ERROR_REASON_FORWARDING_FAILED -> true;
            case ERROR_REASON_UNKNOWN_TOPIC -> sinceStartMs < UNKNOWN_TOPIC_GRACE_MS;
            // Also of CONFLICT: what was asked for is out of date, and would be the next time too.
            // Of NO_LIVE_REPLICA: a person starts a broker first.
            case ERROR_REASON_INVALID_REQUEST,
                    ERROR_REASON_CONFLICT,
                    ERROR_REASON_BAD_RECORD,
                    ERROR_REASON_RECORD_TOO_LARGE,
                    ERROR_REASON_UNSUPPORTED_COMPRESSION,
                    ERROR_REASON_TOPIC_ID_CHANGED,
                    ERROR_REASON_TOPIC_EXISTS,
                    ERROR_REASON_OFFSET_OUT_OF_RANGE,
                    ERROR_REASON_NOT_ENOUGH_BROKERS,
                    ERROR_REASON_LIMIT_EXCEEDED,
                    ERROR_REASON_INTERNAL,
                    ERROR_REASON_OUT_OF_ORDER_SEQUENCE,
                    ERROR_REASON_UNKNOWN_PRODUCER_ID,
                    ERROR_REASON_FENCED_PRODUCER_EPOCH,
                    ERROR_REASON_DUPLICATE_SEQUENCE,
                    ERROR_REASON_UNKNOWN_MEMBER,
                    ERROR_REASON_ILLEGAL_GENERATION,
                    ERROR_REASON_NOT_PARTITION_OWNER,
                    ERROR_REASON_INSTANCE_ID_IN_USE,
                    ERROR_REASON_GROUP_NOT_EMPTY,
                    ERROR_REASON_UNKNOWN_GROUP,
                    ERROR_REASON_ELECTION_NOT_NEEDED,
                    ERROR_REASON_NO_LIVE_REPLICA,
                    ERROR_REASON_UNSPECIFIED,
                    UNRECOGNIZED -> false;
        };
    }

    /**
     * A refusal of a sequence by a leader that is none any more and does not know it: the batches that it misses are with
     * its successor.
     *
     * @param newestEpoch the highest leader epoch heard of, -1 for none
     */
    static boolean isOfADeposedLeader(MillraceException failure, int newestEpoch) {
        boolean isOfSequence = failure.reason() == ErrorReason.ERROR_REASON_OUT_OF_ORDER_SEQUENCE
                || failure.reason() == ErrorReason.ERROR_REASON_UNKNOWN_PRODUCER_ID;
        return isOfSequence
                && failure.leader().isPresent()
                && failure.leader().get().getLeaderEpoch() < newestEpoch;
    }

    /**
     * All addresses refuse, and none has ever answered: nothing says that there is a cluster, so its user is told now. A
     * broker that is only slow to answer is there.
     */
    static boolean isHopeless(MillraceException failure, boolean hasAnyBrokerEverAnswered) {
        return failure.kind() == MillraceException.Kind.UNREACHABLE && !hasAnyBrokerEverAnswered;
    }

    /**
     * Something answers, and it does not speak this API: so far the address is a wrong one. Where a broker has answered
     * before, it is a connection that was cut in an unusual way.
     */
    static boolean isNoBroker(MillraceException failure, boolean hasAnyBrokerEverAnswered) {
        return failure.kind() == MillraceException.Kind.PROTOCOL && !hasAnyBrokerEverAnswered;
    }

    /** Another broker may well do what this one cannot do now. */
    static boolean isOfThisBroker(MillraceException failure) {
        return switch (failure.kind()) {
            case UNREACHABLE, TIMED_OUT -> true;
            case CANCELLED, PROTOCOL -> false;
            case REFUSED -> failure.reason() == ErrorReason.ERROR_REASON_BROKER_NOT_READY;
        };
    }

    /**
     * What the client knew about the partition's leader has turned out to be wrong.
     *
     * @param leaderEpoch of which it was known to lead, -1 where that is not known
     */
    static boolean spoilsRoute(MillraceException failure, int leaderEpoch) {
        return spoilsRoute(failure) && !isBehind(failure, leaderEpoch);
    }

    /**
     * The broker refuses as of an older epoch than the one in which it was said to lead: others have heard of its election,
     * and it has not yet.
     */
    private static boolean isBehind(MillraceException failure, int leaderEpoch) {
        return failure.leader().isPresent() && failure.leader().get().getLeaderEpoch() < leaderEpoch;
    }

    private static boolean spoilsRoute(MillraceException failure) {
        return switch (failure.reason()) {
            case ERROR_REASON_NOT_LEADER,
                    ERROR_REASON_LEADER_NOT_AVAILABLE,
                    ERROR_REASON_UNKNOWN_TOPIC,
                    ERROR_REASON_TOPIC_ID_CHANGED,
                    ERROR_REASON_FENCED_LEADER_EPOCH,
                    ERROR_REASON_STORAGE_FAILED,
                    ERROR_REASON_BROKER_NOT_READY -> true;
            default -> failure.kind() != MillraceException.Kind.REFUSED;
        };
    }

    /**
     * How long to pause after failure {@code n} (1, 2, …) in a row: doubling from 40 ms to 1 s, of that a random upper
     * half. Where the cluster answers and only has to agree on a leader, the pause does not grow.
     */
    static long pauseMs(MillraceException failure, int n, double random) {
        return growingPauseMs(isElection(failure) ? 1 : n, random);
    }

    /** The same for the leader of this epoch: who is only behind with the news will have them within milliseconds. */
    static long pauseMs(MillraceException failure, int leaderEpoch, int n, double random) {
        return isBehind(failure, leaderEpoch)
                ? upperHalfMs(Math.min(ELECTION_PAUSE_MS, BEHIND_PAUSE_MS << Math.min(n - 1, 10)), random)
                : pauseMs(failure, n, random);
    }

    /** The same whatever failed. */
    static long growingPauseMs(int n, double random) {
        return upperHalfMs(Math.min(MAX_PAUSE_MS, ELECTION_PAUSE_MS << Math.min(n - 1, 10)), random);
    }

    private static long upperHalfMs(long fullMs, double random) {
        return fullMs / 2 + (long) (random * fullMs / 2);
    }

    private static boolean isElection(MillraceException failure) {
        return switch (failure.reason()) {
            case ERROR_REASON_NOT_LEADER,
                    ERROR_REASON_LEADER_NOT_AVAILABLE,
                    ERROR_REASON_NOT_ENOUGH_REPLICAS,
                    ERROR_REASON_COMMIT_TIMEOUT,
                    ERROR_REASON_FENCED_LEADER_EPOCH,
                    ERROR_REASON_UNKNOWN_LEADER_EPOCH,
                    ERROR_REASON_NOT_GROUP_COORDINATOR,
                    ERROR_REASON_FORWARDING_FAILED -> true;
            default -> false;
        };
    }
}
