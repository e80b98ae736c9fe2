package io.millrace.client;

import com.google.protobuf.Any;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.millrace.proto.v1.Certainty;
import io.millrace.proto.v1.ErrorDetail;
import io.millrace.proto.v1.ErrorReason;
import io.millrace.proto.v1.LeaderHint;

/** Refusals as brokers put them on the wire. */
final class Refusals {
    private Refusals() {}

    static StatusRuntimeException definite(Status.Code code, ErrorReason reason) {
        return refusal(code, reason, Certainty.CERTAINTY_DEFINITE);
    }

    static StatusRuntimeException indeterminate(Status.Code code, ErrorReason reason) {
        return refusal(code, reason, Certainty.CERTAINTY_INDETERMINATE);
    }

    /** A sequence is refused by whoever leads, or led, in that epoch. */
    static StatusRuntimeException outOfOrder(int leaderEpoch) {
        return of(
                Status.Code.FAILED_PRECONDITION,
                ErrorDetail.newBuilder()
                        .setReason(ErrorReason.ERROR_REASON_OUT_OF_ORDER_SEQUENCE)
                        .setCertainty(Certainty.CERTAINTY_DEFINITE)
                        .setLeader(LeaderHint.newBuilder().setBrokerId(1).setLeaderEpoch(leaderEpoch))
                        .build());
    }

    static StatusRuntimeException notLeader(int leaderEpoch, String endpoint) {
        LeaderHint hint = LeaderHint.newBuilder()
                .setBrokerId(2)
                .setLeaderEpoch(leaderEpoch)
                .setEndpoint(endpoint)
                .build();
        return of(
                Status.Code.FAILED_PRECONDITION,
                ErrorDetail.newBuilder()
                        .setReason(ErrorReason.ERROR_REASON_NOT_LEADER)
                        .setCertainty(Certainty.CERTAINTY_DEFINITE)
                        .setLeader(hint)
                        .build());
    }

    static StatusRuntimeException notCoordinator(LeaderHint hint) {
        return of(
                Status.Code.UNAVAILABLE,
                ErrorDetail.newBuilder()
                        .setReason(ErrorReason.ERROR_REASON_NOT_GROUP_COORDINATOR)
                        .setCertainty(Certainty.CERTAINTY_DEFINITE)
                        .setLeader(hint)
                        .build());
    }

    private static StatusRuntimeException refusal(Status.Code code, ErrorReason reason, Certainty certainty) {
        return of(
                code,
                ErrorDetail.newBuilder()
                        .setReason(reason)
                        .setCertainty(certainty)
                        .build());
    }

    private static StatusRuntimeException of(Status.Code code, ErrorDetail detail) {
        return StatusProto.toStatusRuntimeException(com.google.rpc.Status.newBuilder()
                .setCode(code.value())
                .setMessage("told so by the test")
                .addDetails(Any.pack(detail))
                .build());
    }
}
