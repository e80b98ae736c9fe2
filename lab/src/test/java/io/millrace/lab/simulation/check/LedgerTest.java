package io.millrace.lab.simulation.check;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.broker.core.BrokerIncarnation;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class LedgerTest {

    private static final BrokerIncarnation LEADER = new BrokerIncarnation(1, 1);

    private final Ledger ledger = new Ledger("t-0");

    @Test
    void whatIsAcknowledgedAndWasNeverCommittedIsFound() {
        ledger.onCommitted(0, new Entry(0, 10), LEADER);

        found("committed is nothing there", () -> ledger.onAcknowledged(1, 11));
        found("committed is Entry", () -> ledger.onAcknowledged(0, 11));
    }

    /** Swarm seed 7004608: appended, committed, acknowledged, and its log failed at the next append, in one event. */
    @Test
    void whatWasCommittedUnseenMayBeAcknowledgedAndHasToBeThereLater() {
        ledger.onCommittedUnseen(2);

        assertThatCode(() -> ledger.onAcknowledged(1, 11)).doesNotThrowAnyException();

        found("{1=11}", ledger::requirePromisesKept);
        ledger.onCommitted(0, new Entry(0, 10), LEADER);
        ledger.onCommitted(1, new Entry(0, 11), LEADER);
        assertThatCode(ledger::requirePromisesKept).doesNotThrowAnyException();
    }

    @Test
    void whatTakesThePlaceOfSomethingAcknowledgedUnseenIsFound() {
        ledger.onCommittedUnseen(1);
        ledger.onAcknowledged(0, 11);

        found("values 11 and 12", () -> ledger.onAcknowledged(0, 12));
        found("value 11 was acknowledged", () -> ledger.onCommitted(0, new Entry(1, 12), LEADER));
        found("nothing there", () -> ledger.onAcknowledged(1, 13));
    }

    private static void found(String words, ThrowingCallable history) {
        assertThatThrownBy(history).isInstanceOf(Violation.class).hasMessageContaining(words);
    }
}
