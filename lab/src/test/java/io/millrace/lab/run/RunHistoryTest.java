package io.millrace.lab.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.lab.drill.Payload;
import io.millrace.lab.drill.Sent;
import io.millrace.lab.history.HistoryEvent;
import io.millrace.lab.history.Run;
import io.millrace.lab.history.check.Anomaly;
import io.millrace.lab.history.check.HistoryCheck;
import io.millrace.lab.history.check.HistoryReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What recorders are told has to be a history that the checker understands. */
final class RunHistoryTest {
    private static final long FIRST = Values.of(1, 0);

    private final Payload payload = new Payload(7, 40);
    private final List<HistoryEvent> events = new ArrayList<>();
    private final RunHistory history = new RunHistory(events::add, "t", "g");
    private final FinalReading last = new FinalReading(history, events::add, payload);

    @Test
    void aRunInWhichAllIsWellIsClean() {
        send(0);
        send(1);
        acknowledge(0, 0);
        acknowledge(1, 1);
        poll(0, new Run(0, FIRST, 2));
        store(0, 0);
        store(1, 1);
        last.finish(List.of(0L, 2L));

        HistoryReport report = HistoryCheck.check(events);

        assertThat(report.findings()).isEmpty();
        assertThat(report.acknowledged()).isEqualTo(2);
        assertThat(report.read()).isEqualTo(4);
    }

    @Test
    void anAcknowledgedRecordThatIsNotStoredIsFound() {
        send(0);
        send(1);
        acknowledge(0, 0);
        acknowledge(1, 1);
        store(0, 0);
        last.finish(List.of(0L, 1L));

        assertThat(found()).containsExactly(Anomaly.LOST_WRITE);
    }

    @Test
    void aRefusedRecordThatIsStoredIsFound() {
        send(0);
        history.onFailed(sent(0), true, "NOT_LEADER", 2);
        store(0, 0);
        last.finish(List.of(0L, 1L));

        assertThat(found()).containsExactly(Anomaly.ABORTED_READ);
    }

    @Test
    void whatNobodyCanTellOfMayBeStoredOnceAndNotTwice() {
        send(0);
        history.onFailed(sent(0), false, "TIMED_OUT", 2);
        store(0, 0);
        assertThat(found()).isEmpty();
        store(0, 1);
        last.finish(List.of(0L, 2L));

        assertThat(found()).containsExactly(Anomaly.DUPLICATE);
    }

    @Test
    void aRecordOfAnotherContentIsFound() {
        last.accept(1, 0, null, payload.encode(0, 0));
        last.finish(List.of(0L, 1L));

        assertThat(found()).containsExactly(Anomaly.UNSENT);
    }

    @Test
    void whoeverTakesOverBelowWhatIsCommittedIsFound() {
        for (int number = 0; number < 4; number++) {
            send(number);
            acknowledge(number, number);
        }
        history.onJoining("m1", 10);
        history.onAssigned("m1", 1, Set.of(1), 11);
        history.onPolled(new Polled("m1", true, 1, 12, 13, 0, List.of(new Run(0, FIRST, 4))));
        Commit commit = new Commit("m1", 0, 1, 1, 4);
        history.onCommit(commit, 14);
        history.onCommitted(commit, 15);
        history.onReleased("m1", Set.of(1), false, 16);
        history.onJoining("m2", 17);
        history.onAssigned("m2", 2, Set.of(1), 18);
        history.onPolled(new Polled("m2", true, 1, 19, 20, 2, List.of(new Run(2, FIRST + 2, 2))));

        assertThat(found()).containsExactly(Anomaly.REDELIVERED_BELOW_COMMIT);
    }

    private static Sent sent(long number) {
        return new Sent(0, number, 1, number);
    }

    private void send(long number) {
        history.onSend(sent(number), 1);
    }

    private void acknowledge(long number, long offset) {
        history.onAcknowledged(sent(number), offset, 3, 2);
    }

    private void poll(long position, Run run) {
        history.onPolled(new Polled("reader-0", false, 1, 3, 4, position, List.of(run)));
    }

    private void store(long number, long offset) {
        last.accept(1, offset, null, payload.encode(1, number));
    }

    private Set<Anomaly> found() {
        return HistoryCheck.check(events).counts().keySet();
    }
}
