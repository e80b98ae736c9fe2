package io.millrace.client;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.Status;
import io.grpc.protobuf.StatusProto;
import io.millrace.client.MillraceException.Kind;
import io.millrace.proto.v1.Certainty;
import io.millrace.proto.v1.ErrorDetail;
import io.millrace.proto.v1.ErrorReason;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads what a failed call came back with: the broker's {@link ErrorDetail}, or what its absence means. */
final class StatusReader {
    /** What Netty's native transport puts before the words of the operating system. */
    private static final Pattern NATIVE_CALL = Pattern.compile("^.* failed with error\\(-?\\d+\\): ");

    private StatusReader() {}

    /** {@code isSent} is false only where the call cannot have reached the broker. */
    static MillraceException read(Throwable thrown, String endpoint, boolean isSent) {
        Status status = Status.fromThrowable(thrown);
        ErrorDetail detail = detail(thrown);
        if (detail != null) {
            return new MillraceException(Kind.REFUSED, detail, refusal(status, detail), thrown);
        }
        Certainty certainty = isSent ? Certainty.CERTAINTY_INDETERMINATE : Certainty.CERTAINTY_DEFINITE;
        return MillraceException.withoutDetail(kind(status), certainty, endpoint + ": " + words(status), thrown);
    }

    static MillraceException emptyAnswer(String endpoint) {
        return MillraceException.withoutDetail(
                Kind.PROTOCOL,
                Certainty.CERTAINTY_INDETERMINATE,
                endpoint + ": ended the call without an answer",
                null);
    }

    private static @Nullable ErrorDetail detail(Throwable thrown) {
        com.google.rpc.Status status = StatusProto.fromThrowable(thrown);
        if (status == null) {
            return null;
        }
        for (Any any : status.getDetailsList()) {
            if (any.is(ErrorDetail.class)) {
                return unpack(any);
            }
        }
        return null;
    }

    /** Null where the bytes are no ErrorDetail after all: then the status code alone has to do. */
    private static @Nullable ErrorDetail unpack(Any any) {
        try {
            return any.unpack(ErrorDetail.class);
        } catch (InvalidProtocolBufferException e) {
            return null;
        }
    }

    private static Kind kind(Status status) {
        return switch (status.getCode()) {
            // CANCELLED is the broker's doing, by a reset stream as it stops: the client itself cancels no call.
            case UNAVAILABLE, CANCELLED -> Kind.UNREACHABLE;
            case DEADLINE_EXCEEDED -> Kind.TIMED_OUT;
            default -> Kind.PROTOCOL;
        };
    }

    private static String refusal(Status status, ErrorDetail detail) {
        String reason = name(detail.getReason());
        String description = status.getDescription();
        return description == null || description.isEmpty()
                ? reason.toLowerCase(Locale.ROOT).replace('_', ' ')
                : description + " (" + reason + ")";
    }

    /** As people write it. */
    static String name(ErrorReason reason) {
        return reason.name().replace("ERROR_REASON_", "");
    }

    private static String words(Status status) {
        return switch (status.getCode()) {
            case UNAVAILABLE, CANCELLED -> deepestMessage(status);
            case DEADLINE_EXCEEDED -> MillraceException.NO_ANSWER;
            default -> status.getCode() + (status.getDescription() == null ? "" : ": " + status.getDescription());
        };
    }

    /** gRPC says "io exception" and keeps what a person can use, such as "Connection refused", in a cause below. */
    private static String deepestMessage(Status status) {
        String message = status.getDescription() == null ? "unavailable" : status.getDescription();
        for (Throwable t = status.getCause(); t != null; t = t.getCause()) {
            message = t.getMessage() == null ? message : t.getMessage();
        }
        return NATIVE_CALL.matcher(message).replaceFirst("");
    }
}
