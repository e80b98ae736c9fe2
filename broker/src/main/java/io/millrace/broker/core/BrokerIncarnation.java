package io.millrace.broker.core;

/**
 * One process start of one broker. Whoever acts for an older incarnation is refused (R22, R44).
 *
 * @param epoch the brokerEpoch: number of process starts so far
 */
public record BrokerIncarnation(int id, long epoch) {
    @Override
    public String toString() {
        return id + "@" + epoch;
    }
}
