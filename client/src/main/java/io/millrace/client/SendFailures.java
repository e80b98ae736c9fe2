package io.millrace.client;

import io.millrace.client.MillraceException.Kind;
import io.millrace.proto.v1.Certainty;
import io.millrace.proto.v1.ErrorDetail;
import io.millrace.proto.v1.ErrorReason;

/** What {@link SendMachine} fails a batch with of its own accord, in words for people. Pure. */
final class SendFailures {
    private SendFailures() {}

    /** Told without a question, because a broker that gets what no message holds can only break the stream. */
    static MillraceException tooLarge(String topic, int sizeInBytes, int maxBatchBytes) {
        return refusal(
                ErrorReason.ERROR_REASON_RECORD_TOO_LARGE,
                "a batch of " + sizeInBytes + " bytes where topic '" + topic + "' takes " + maxBatchBytes);
    }

    static MillraceException stops(String endpoint) {
        return refusal(ErrorReason.ERROR_REASON_BROKER_NOT_READY, endpoint + " stops");
    }

    private static MillraceException refusal(ErrorReason reason, String message) {
        ErrorDetail detail = ErrorDetail.newBuilder()
                .setReason(reason)
                .setCertainty(Certainty.CERTAINTY_DEFINITE)
                .build();
        return new MillraceException(Kind.REFUSED, detail, message, null);
    }

    /** The last failure has the true reason. DEFINITE, until it is known that something may be stored. */
    static MillraceException late(PartitionSender partition) {
        MillraceException last = partition.lastFailure();
        String why = last == null ? "its leader could not be reached" : String.valueOf(last.getMessage());
        String message = "not acknowledged in time: " + why;
        ErrorDetail.Builder detail = (last == null ? ErrorDetail.newBuilder() : last.detail().toBuilder())
                .setCertainty(Certainty.CERTAINTY_DEFINITE);
        Kind kind = last == null ? Kind.TIMED_OUT : last.kind();
        return new MillraceException(kind, detail.build(), message, last);
    }
}
