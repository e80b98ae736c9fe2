package io.millrace.broker.rpc;

import io.millrace.broker.core.ErrorReason;
import io.millrace.broker.core.Refusal;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A refusal with what only this package knows of it.
 *
 * @param invalidFields with INVALID_REQUEST: each field that cannot be accepted
 * @param topic with UNKNOWN_TOPIC: what was asked for, else null
 */
record Rejection(
        Refusal refusal,
        List<InvalidField> invalidFields,
        @Nullable String topic) {

    /** @param field as a path in the request, {@code batch.records[3].timestamp} */
    record InvalidField(String field, String what) {}

    static Rejection of(Refusal refusal) {
        return new Rejection(refusal, List.of(), null);
    }

    static Rejection of(ErrorReason reason, String message) {
        return of(Refusal.definite(reason, message));
    }

    static Rejection unknownTopic(String topic, String message) {
        return new Rejection(Refusal.definite(ErrorReason.UNKNOWN_TOPIC, message), List.of(), topic);
    }

    /** Of a broker that means another cluster; empty where it means this one. */
    static Optional<Rejection> otherCluster(String named, String clusterId) {
        return named.equals(clusterId)
                ? Optional.empty()
                : Optional.of(of(
                        ErrorReason.INVALID_REQUEST,
                        "cluster_id: '" + named + "' is not this cluster's, '" + clusterId + "'"));
    }

    static Rejection invalid(List<InvalidField> fields) {
        List<String> texts = fields.stream()
                .map(field -> field.field() + ": " + field.what())
                .toList();
        return new Rejection(
                Refusal.definite(ErrorReason.INVALID_REQUEST, String.join("; ", texts)), List.copyOf(fields), null);
    }
}
