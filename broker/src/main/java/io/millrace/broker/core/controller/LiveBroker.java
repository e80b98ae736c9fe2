package io.millrace.broker.core.controller;

import io.millrace.broker.core.BrokerIncarnation;
import io.millrace.broker.core.Durability;
import org.jspecify.annotations.Nullable;

/**
 * A broker that is registered now.
 *
 * @param rack where it stands, null where it did not say
 * @param diskSince first brokerEpoch since which nothing that it had synced can have been lost
 * @param memorySince first brokerEpoch since which nothing that it had written can have been lost
 */
public record LiveBroker(
        BrokerIncarnation incarnation, @Nullable String rack, long diskSince, long memorySince) {

    /** Whether all that this broker had acknowledged as {@code brokerEpoch} is with it still (N13). */
    boolean hasKept(Durability durability, long brokerEpoch) {
        long since = durability == Durability.FSYNC ? diskSince : memorySince;
        return since <= brokerEpoch && brokerEpoch <= incarnation.epoch();
    }
}
