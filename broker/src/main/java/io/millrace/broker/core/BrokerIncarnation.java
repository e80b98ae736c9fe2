package io.millrace.broker.core;

import java.util.Comparator;

/**
 * One process start of one broker. Whoever acts for an older incarnation is refused (R22, R44).
 *
 * @param epoch the brokerEpoch: number of process starts so far
 */
public record BrokerIncarnation(int id, long epoch) {

    /** By id, then by epoch. */
    public static final Comparator<BrokerIncarnation> ORDER =
            Comparator.comparingInt(BrokerIncarnation::id).thenComparingLong(BrokerIncarnation::epoch);

    @Override
    public String toString() {
        return id + "@" + epoch;
    }
}
