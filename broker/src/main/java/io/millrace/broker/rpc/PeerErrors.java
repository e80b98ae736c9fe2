package io.millrace.broker.rpc;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.Status;
import io.grpc.Metadata;
import io.grpc.protobuf.ProtoUtils;
import io.millrace.proto.v1.Certainty;
import io.millrace.proto.v1.ErrorDetail;
import java.util.Optional;

/** Errors as another broker of this cluster has answered them. */
final class PeerErrors {

    // Where gRPC carries the details of a status. What the network does to a call has none.
    private static final Metadata.Key<Status> DETAILS =
            Metadata.Key.of("grpc-status-details-bin", ProtoUtils.metadataMarshaller(Status.getDefaultInstance()));

    private PeerErrors() {}

    /**
     * The details of an answer alone, without what the transport between brokers has added; empty where the call failed
     * on its way.
     */
    static Optional<Metadata> details(Throwable error) {
        return status(error).map(status -> {
            Metadata kept = new Metadata();
            kept.put(DETAILS, status);
            return kept;
        });
    }

    /** Whether the other broker has said that the call changed nothing. */
    static boolean isDefinite(Throwable error) {
        return status(error).stream()
                .flatMap(status -> status.getDetailsList().stream())
                .anyMatch(PeerErrors::saysDefinite);
    }

    private static Optional<Status> status(Throwable error) {
        return Optional.ofNullable(io.grpc.Status.trailersFromThrowable(error)).map(trailers -> trailers.get(DETAILS));
    }

    private static boolean saysDefinite(Any detail) {
        try {
            return detail.is(ErrorDetail.class)
                    && detail.unpack(ErrorDetail.class).getCertainty() == Certainty.CERTAINTY_DEFINITE;
        } catch (InvalidProtocolBufferException garbled) {
            return false;
        }
    }
}
