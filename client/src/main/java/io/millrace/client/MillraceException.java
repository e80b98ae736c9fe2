package io.millrace.client;

import io.millrace.proto.v1.Certainty;
import io.millrace.proto.v1.ErrorDetail;
import io.millrace.proto.v1.ErrorReason;
import io.millrace.proto.v1.LeaderHint;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A call that failed: what kind of failure it was, why, and what is known about its effect. */
public final class MillraceException extends RuntimeException {
    /** How people are told that the time was over. */
    static final String NO_ANSWER = "no answer in time";

    private static final long serialVersionUID = 1L;

    /** What went wrong, seen from the client. */
    public enum Kind {
        /** A broker answered with an {@link ErrorDetail}; {@link #reason()} says why. */
        REFUSED,
        /** No broker could be reached, or the connection broke before the answer came. */
        UNREACHABLE,
        /** The deadline passed before an answer came. */
        TIMED_OUT,
        /** The client was closed, or the calling thread was interrupted. */
        CANCELLED,
        /** What answered does not speak this API as expected, or sent bytes that do not match their checksum. */
        PROTOCOL
    }

    private final Kind kind;
    private final ErrorDetail detail;

    MillraceException(Kind kind, ErrorDetail detail, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
        this.detail = detail;
    }

    static MillraceException withoutDetail(Kind kind, Certainty certainty, String message, @Nullable Throwable cause) {
        ErrorDetail detail = ErrorDetail.newBuilder().setCertainty(certainty).build();
        return new MillraceException(kind, detail, message, cause);
    }

    /** A broker that was reached, and has not said what it had to by now. */
    static MillraceException noAnswer(String endpoint, Certainty certainty) {
        return withoutDetail(Kind.TIMED_OUT, certainty, endpoint + ": " + NO_ANSWER, null);
    }

    /** The same failure of something of which more is known, or less. */
    MillraceException as(Certainty certainty) {
        return certainty == detail.getCertainty()
                ? this
                : new MillraceException(
                        kind, detail.toBuilder().setCertainty(certainty).build(), String.valueOf(getMessage()), this);
    }

    public Kind kind() {
        return kind;
    }

    /** {@code ERROR_REASON_UNSPECIFIED} unless the kind is {@link Kind#REFUSED}. */
    public ErrorReason reason() {
        return detail.getReason();
    }

    /** DEFINITE: the call changed nothing and never will. INDETERMINATE: it may have, or may yet. Never unspecified. */
    public Certainty certainty() {
        Certainty certainty = detail.getCertainty();
        return certainty == Certainty.CERTAINTY_DEFINITE ? certainty : Certainty.CERTAINTY_INDETERMINATE;
    }

    public boolean isDefinite() {
        return certainty() == Certainty.CERTAINTY_DEFINITE;
    }

    /** Where the partition's leader is, as far as the refusing broker knows. */
    public Optional<LeaderHint> leader() {
        return detail.hasLeader() ? Optional.of(detail.getLeader()) : Optional.empty();
    }

    /** All that the broker said; empty but for the certainty where no broker answered. */
    public ErrorDetail detail() {
        return detail;
    }
}
