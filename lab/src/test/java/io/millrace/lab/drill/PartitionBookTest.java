package io.millrace.lab.drill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.lab.drill.SentRuns.Outcome;
import org.junit.jupiter.api.Test;

class PartitionBookTest {
    private final PartitionBook book = new PartitionBook(4);

    @Test
    void anAnswerThatComesEarlyWaitsForThoseBeforeIt() {
        take(4);
        book.onFailed(3, Outcome.REFUSED);
        book.onAcknowledged(1, 11, 1, 2);
        assertThat(book.answered()).isZero();
        assertThat(book.inFlight()).isEqualTo(4);

        book.onAcknowledged(0, 10, 1, 2);
        assertThat(book.answered()).isEqualTo(2);
        assertThat(book.inFlight()).isEqualTo(2);

        book.onFailed(2, Outcome.UNKNOWN);
        assertThat(book.inFlight()).isZero();
        assertThat(book.failed()).isEqualTo(2);
        assertThat(book.runs().offset(1)).isEqualTo(11);
        assertThat(book.runs().outcome(2)).contains(Outcome.UNKNOWN);
        assertThat(book.runs().outcome(3)).contains(Outcome.REFUSED);
    }

    @Test
    void aBookWithARecordThatHasNoAnswerIsNotClosed() {
        take(2);
        book.onAcknowledged(0, 10, 1, 2);

        assertThatThrownBy(book::runs).hasMessage("partition 4: of 2 records only 1 have had an answer");
    }

    private void take(int records) {
        for (int i = 0; i < records; i++) {
            book.onTaken();
        }
    }
}
