package io.millrace.lab.drill;

import io.millrace.lab.traffic.RecordSource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Shows that the check notices: plants each fault in what really came back and looks at the verdict. */
final class CheckSelfTest {
    private final RecordSource source;
    private final Supplier<TopicCheck> checks;
    private final List<SentRuns> sent;

    /** The source must be free of faults itself; each check is used once. */
    CheckSelfTest(RecordSource source, Supplier<TopicCheck> checks, List<SentRuns> sent) {
        this.source = source;
        this.checks = checks;
        this.sent = sent;
    }

    /** The faults that were not reported as what they are; all of them where no record could be tampered with. */
    List<PlantedFault> missed() throws IOException {
        List<PlantedFault> missed = new ArrayList<>();
        for (PlantedFault fault : PlantedFault.values()) {
            TopicCheck check = checks.get();
            source.replay(fault.plantedAt(victimPartition(), victimOffset(), check));
            if (!fault.isReportedIn(check.counts())) {
                missed.add(fault);
            }
        }
        return missed;
    }

    private int victimPartition() {
        int longest = 0;
        for (int i = 1; i < sent.size(); i++) {
            if (acknowledged(i) > acknowledged(longest)) {
                longest = i;
            }
        }
        return longest;
    }

    /** The last two are acknowledged ones, so that what lies behind the fault does not add to it. */
    private long victimOffset() {
        SentRuns runs = sent.get(victimPartition());
        long last = runs.sent() - 1;
        while (last > 0 && !areAcknowledgedNeighbours(runs, last)) {
            last--;
        }
        return last > 0 ? runs.offset(last - 1) : -1;
    }

    private static boolean areAcknowledgedNeighbours(SentRuns runs, long last) {
        return isAcknowledged(runs, last)
                && isAcknowledged(runs, last - 1)
                && runs.offset(last - 1) + 1 == runs.offset(last);
    }

    private static boolean isAcknowledged(SentRuns runs, long number) {
        return runs.outcome(number)
                .filter(outcome -> outcome == SentRuns.Outcome.ACKNOWLEDGED)
                .isPresent();
    }

    private long acknowledged(int partition) {
        return sent.get(partition).count(SentRuns.Outcome.ACKNOWLEDGED);
    }
}
