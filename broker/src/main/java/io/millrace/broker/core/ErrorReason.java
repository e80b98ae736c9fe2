package io.millrace.broker.core;

/**
 * Why something is refused. A refusal is a value that reaches the caller; {@code rpc} gives each its gRPC status and its
 * twin in {@code millrace.v1.ErrorReason}, where the meaning of each is written.
 */
public enum ErrorReason {
    INVALID_REQUEST,
    BAD_RECORD,
    RECORD_TOO_LARGE,
    UNSUPPORTED_COMPRESSION,
    UNKNOWN_TOPIC,
    TOPIC_ID_CHANGED,
    TOPIC_EXISTS,
    NOT_LEADER,
    LEADER_NOT_AVAILABLE,
    NOT_ENOUGH_REPLICAS,
    COMMIT_TIMEOUT,
    FENCED_LEADER_EPOCH,
    UNKNOWN_LEADER_EPOCH,
    OFFSET_OUT_OF_RANGE,
    CONTROLLER_NOT_AVAILABLE,
    COORDINATOR_NOT_AVAILABLE,
    NOT_ENOUGH_BROKERS,
    STORAGE_FULL,
    STORAGE_FAILED,
    BROKER_NOT_READY,
    LIMIT_EXCEEDED,
    CONFLICT,
    FORWARDING_FAILED,
    INTERNAL,
    OUT_OF_ORDER_SEQUENCE,
    UNKNOWN_PRODUCER_ID,
    FENCED_PRODUCER_EPOCH,
    DUPLICATE_SEQUENCE
}
