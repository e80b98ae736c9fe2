package io.millrace.broker.rpc;

import io.grpc.Status.Code;
import io.millrace.broker.core.ErrorReason;

/**
 * How a reason travels.
 *
 * @param retryAfterMs when it makes sense to ask again, -1 where asking again does not help or needs another address
 */
record WireError(io.millrace.proto.v1.ErrorReason reason, Code code, int retryAfterMs) {

    private static final int NO_RETRY = -1;
    private static final int SOON = 50;
    private static final int AFTER_AN_ELECTION = 200;
    private static final int AFTER_REPAIR = 2000;

    /** Javac demands a case for each reason: a new one cannot be forgotten here. */
    static WireError of(ErrorReason reason) {
        return switch (reason) {
            case INVALID_REQUEST -> wire(reason, Code.INVALID_ARGUMENT, NO_RETRY);
            case BAD_RECORD -> wire(reason, Code.INVALID_ARGUMENT, NO_RETRY);
            case RECORD_TOO_LARGE -> wire(reason, Code.INVALID_ARGUMENT, NO_RETRY);
            case UNSUPPORTED_COMPRESSION -> wire(reason, Code.INVALID_ARGUMENT, NO_RETRY);
            case UNKNOWN_TOPIC -> wire(reason, Code.NOT_FOUND, NO_RETRY);
            case TOPIC_ID_CHANGED -> wire(reason, Code.NOT_FOUND, NO_RETRY);
            case TOPIC_EXISTS -> wire(reason, Code.ALREADY_EXISTS, NO_RETRY);
            case NOT_LEADER -> wire(reason, Code.FAILED_PRECONDITION, NO_RETRY);
            case LEADER_NOT_AVAILABLE -> wire(reason, Code.UNAVAILABLE, AFTER_AN_ELECTION);
            case NOT_ENOUGH_REPLICAS -> wire(reason, Code.UNAVAILABLE, AFTER_AN_ELECTION);
            case COMMIT_TIMEOUT -> wire(reason, Code.DEADLINE_EXCEEDED, NO_RETRY);
            case FENCED_LEADER_EPOCH -> wire(reason, Code.ABORTED, NO_RETRY);
            case UNKNOWN_LEADER_EPOCH -> wire(reason, Code.UNAVAILABLE, SOON);
            case OFFSET_OUT_OF_RANGE -> wire(reason, Code.OUT_OF_RANGE, NO_RETRY);
            case CONTROLLER_NOT_AVAILABLE -> wire(reason, Code.UNAVAILABLE, AFTER_AN_ELECTION);
            case COORDINATOR_NOT_AVAILABLE -> wire(reason, Code.UNAVAILABLE, AFTER_REPAIR);
            case NOT_ENOUGH_BROKERS -> wire(reason, Code.INVALID_ARGUMENT, NO_RETRY);
            case STORAGE_FULL -> wire(reason, Code.RESOURCE_EXHAUSTED, AFTER_REPAIR);
            case STORAGE_FAILED -> wire(reason, Code.UNAVAILABLE, AFTER_AN_ELECTION);
            case BROKER_NOT_READY -> wire(reason, Code.UNAVAILABLE, AFTER_AN_ELECTION);
            case LIMIT_EXCEEDED -> wire(reason, Code.RESOURCE_EXHAUSTED, NO_RETRY);
            case CONFLICT -> wire(reason, Code.ABORTED, NO_RETRY);
            case FORWARDING_FAILED -> wire(reason, Code.UNAVAILABLE, SOON);
            case INTERNAL -> wire(reason, Code.INTERNAL, NO_RETRY);
            case OUT_OF_ORDER_SEQUENCE -> wire(reason, Code.FAILED_PRECONDITION, NO_RETRY);
            case UNKNOWN_PRODUCER_ID -> wire(reason, Code.FAILED_PRECONDITION, NO_RETRY);
            case FENCED_PRODUCER_EPOCH -> wire(reason, Code.ABORTED, NO_RETRY);
            case DUPLICATE_SEQUENCE -> wire(reason, Code.ALREADY_EXISTS, NO_RETRY);
            case UNKNOWN_MEMBER, ILLEGAL_GENERATION -> wire(reason, Code.ABORTED, NO_RETRY);
            case NOT_PARTITION_OWNER, GROUP_NOT_EMPTY, ELECTION_NOT_NEEDED ->
                wire(reason, Code.FAILED_PRECONDITION, NO_RETRY);
            case NOT_GROUP_COORDINATOR -> wire(reason, Code.UNAVAILABLE, SOON);
            case NO_LIVE_REPLICA -> wire(reason, Code.UNAVAILABLE, AFTER_REPAIR);
            case UNKNOWN_GROUP -> wire(reason, Code.NOT_FOUND, NO_RETRY);
            case INSTANCE_ID_IN_USE -> wire(reason, Code.ALREADY_EXISTS, NO_RETRY);
        };
    }

    private static WireError wire(ErrorReason reason, Code code, int retryAfterMs) {
        return new WireError(
                io.millrace.proto.v1.ErrorReason.valueOf("ERROR_REASON_" + reason.name()), code, retryAfterMs);
    }
}
