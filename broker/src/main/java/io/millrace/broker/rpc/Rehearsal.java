package io.millrace.broker.rpc;

import io.millrace.broker.core.Refusal;
import io.millrace.broker.core.TopicPartition;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Objects;

/**
 * What clients ask of a broker for the first time when it has stopped leading, done once before they can. A JVM loads and
 * links what it runs for the first time, here for some 60 ms on a busy machine: they would lie between two acknowledged
 * writes.
 */
final class Rehearsal {

    private static final TopicPartition NOWHERE = new TopicPartition("rehearsal", 0);

    private Rehearsal() {}

    /** Makes the refusals that send clients to another leader, and sends them to nobody. */
    static void refuse(ErrorMapping errors) throws IOException {
        Rejection elsewhere = Rejection.of(Refusal.notLeader(NOWHERE, 0, 0));
        errors.streamError(elsewhere).writeTo(OutputStream.nullOutputStream());
        Objects.requireNonNull(errors.exception(elsewhere).getTrailers());
    }
}
