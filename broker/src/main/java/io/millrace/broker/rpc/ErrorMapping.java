package io.millrace.broker.rpc;

import com.google.protobuf.Any;
import com.google.protobuf.Duration;
import com.google.protobuf.Message;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import com.google.rpc.ResourceInfo;
import com.google.rpc.RetryInfo;
import com.google.rpc.Status;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.millrace.broker.core.BrokerImage;
import io.millrace.broker.core.ClusterImage;
import io.millrace.broker.core.ErrorReason;
import io.millrace.broker.core.Refusal;
import io.millrace.proto.v1.Certainty;
import io.millrace.proto.v1.ErrorDetail;
import io.millrace.proto.v1.LeaderHint;
import io.millrace.proto.v1.StreamError;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Refusals as gRPC knows them: a status whose details are {@link ErrorDetail} and, where they fit, those of
 * {@code google.rpc}. Codes and details are the API; texts are for people. From any thread.
 */
final class ErrorMapping {

    private static final String DOMAIN = "millrace.io";
    // Details travel in trailers, which callers limit too (8 KiB is usual): texts are cut.
    private static final int MAX_MESSAGE_CHARS = 1000;
    private static final int MAX_FIELD_CHARS = 200;
    /** A text may repeat what a caller has sent, and end up in a terminal or in somebody's log. */
    private static final Pattern CONTROLS = Pattern.compile("\\p{Cntrl}|\\p{Cf}|[\\u2028\\u2029]");

    private final Supplier<ClusterImage> image;

    /** @param image where the endpoints of leaders are looked up */
    ErrorMapping(Supplier<ClusterImage> image) {
        this.image = image;
    }

    StatusRuntimeException exception(Rejection rejection) {
        Refusal refusal = rejection.refusal();
        WireError wire = WireError.of(refusal.reason());
        Status.Builder status = Status.newBuilder()
                .setCode(wire.code().value())
                .setMessage(cut(refusal.message(), MAX_MESSAGE_CHARS))
                .addDetails(any(errorInfo(refusal.reason())))
                .addDetails(any(detail(refusal, wire)));
        if (wire.retryAfterMs() >= 0) {
            status.addDetails(any(retryInfo(wire.retryAfterMs())));
        }
        if (rejection.topic() != null) {
            status.addDetails(any(resourceInfo(rejection.topic(), refusal)));
        }
        if (!rejection.invalidFields().isEmpty()) {
            status.addDetails(any(badRequest(rejection)));
        }
        return StatusProto.toStatusRuntimeException(status.build());
    }

    /** The same for one frame of a stream that goes on. */
    StreamError streamError(Rejection rejection) {
        Refusal refusal = rejection.refusal();
        return StreamError.newBuilder()
                .setDetail(detail(refusal, WireError.of(refusal.reason())))
                .setMessage(cut(refusal.message(), MAX_MESSAGE_CHARS))
                .build();
    }

    /** Ends a call that has not been answered. */
    void close(ServerCall<?, ?> call, Rejection rejection) {
        StatusRuntimeException refused = exception(rejection);
        Metadata trailers = refused.getTrailers();
        call.close(refused.getStatus(), trailers == null ? new Metadata() : trailers);
    }

    private ErrorDetail detail(Refusal refusal, WireError wire) {
        ErrorDetail.Builder detail = ErrorDetail.newBuilder()
                .setReason(wire.reason())
                .setCertainty(refusal.definite() ? Certainty.CERTAINTY_DEFINITE : Certainty.CERTAINTY_INDETERMINATE);
        if (refusal.leader() != null) {
            detail.setLeader(hint(refusal.leader()));
        }
        if (refusal.offsets() != null) {
            detail.setLogStartOffset(refusal.offsets().start());
            detail.setLogEndOffset(refusal.offsets().end());
        }
        if (refusal.appendedOffset() >= 0) {
            detail.setAppendedOffset(refusal.appendedOffset());
        }
        return detail.build();
    }

    /** Clients get hints, whichever listener a forwarded call came in on: the endpoint is that for clients. */
    LeaderHint hint(Refusal.LeaderHint leader) {
        BrokerImage broker = image.get().known().get(leader.brokerId());
        String endpoint = broker == null ? null : broker.endpoints().get(BrokerImage.CLIENT_LISTENER);
        return LeaderHint.newBuilder()
                .setBrokerId(leader.brokerId())
                .setEndpoint(orEmpty(endpoint))
                .setLeaderEpoch(leader.leaderEpoch())
                .build();
    }

    private static ErrorInfo errorInfo(ErrorReason reason) {
        return ErrorInfo.newBuilder().setReason(reason.name()).setDomain(DOMAIN).build();
    }

    private static RetryInfo retryInfo(int retryAfterMs) {
        Duration delay = Duration.newBuilder()
                .setSeconds(retryAfterMs / 1000)
                .setNanos(retryAfterMs % 1000 * 1_000_000)
                .build();
        return RetryInfo.newBuilder().setRetryDelay(delay).build();
    }

    private static ResourceInfo resourceInfo(String topic, Refusal refusal) {
        return ResourceInfo.newBuilder()
                .setResourceType("topic")
                .setResourceName(cut(topic, MAX_FIELD_CHARS))
                .setDescription(cut(refusal.message(), MAX_FIELD_CHARS))
                .build();
    }

    private static BadRequest badRequest(Rejection rejection) {
        BadRequest.Builder request = BadRequest.newBuilder();
        rejection
                .invalidFields()
                .forEach(field -> request.addFieldViolationsBuilder()
                        .setField(field.field())
                        .setDescription(cut(field.what(), MAX_FIELD_CHARS)));
        return request.build();
    }

    private static Any any(Message detail) {
        return Any.pack(detail);
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }

    private static String cut(String text, int maxChars) {
        String shown = text.length() <= maxChars ? text : text.substring(0, maxChars) + "…";
        return CONTROLS.matcher(shown).replaceAll("?");
    }
}
