package io.millrace.lab.drill;

import io.millrace.lab.drill.SentRuns.Outcome;
import java.util.BitSet;
import java.util.Optional;
import java.util.OptionalLong;

/** Judges what one partition holds by what was acknowledged. Pure. */
final class PartitionCheck {
    private final SentRuns sent;
    private final BitSet seen = new BitSet();
    private long nextOffset;
    private long youngestAcknowledged = -1;
    private long acknowledgedSeen;
    private long readBack;
    private long duplicated;
    private long reordered;
    private long misplaced;
    private long holes;
    private long foreign;
    private long refusedYetStored;
    private long unknownStored;

    PartitionCheck(SentRuns sent) {
        this.sent = sent;
    }

    /** The next stored record; its number, or empty where it is none of ours. */
    void onRecord(long offset, OptionalLong number) {
        readBack++;
        holes += offset == nextOffset ? 0 : 1;
        nextOffset = offset + 1;
        Optional<Outcome> outcome = number.isPresent() ? sent.outcome(number.getAsLong()) : Optional.empty();
        if (outcome.isEmpty()) {
            foreign++;
        } else if (isFirstTime(number.getAsLong())) {
            onFirst(offset, number.getAsLong(), outcome.get());
        } else {
            duplicated++;
        }
    }

    /** Call it after the last record. */
    CheckCounts counts() {
        long acknowledged = sent.count(Outcome.ACKNOWLEDGED);
        return new CheckCounts(
                acknowledged,
                readBack,
                acknowledged - acknowledgedSeen,
                duplicated,
                reordered,
                misplaced,
                holes,
                foreign,
                refusedYetStored,
                unknownStored);
    }

    private boolean isFirstTime(long number) {
        int bit = Math.toIntExact(number);
        boolean isFirst = !seen.get(bit);
        seen.set(bit);
        return isFirst;
    }

    private void onFirst(long offset, long number, Outcome outcome) {
        switch (outcome) {
            case REFUSED -> refusedYetStored++;
            case UNKNOWN -> unknownStored++;
            case ACKNOWLEDGED -> {
                acknowledgedSeen++;
                misplaced += offset == sent.offset(number) ? 0 : 1;
                reordered += number < youngestAcknowledged ? 1 : 0;
                youngestAcknowledged = Math.max(youngestAcknowledged, number);
            }
        }
    }
}
