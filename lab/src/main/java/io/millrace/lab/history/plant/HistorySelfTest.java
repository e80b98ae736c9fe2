package io.millrace.lab.history.plant;

import io.millrace.lab.history.HistoryEvent;
import io.millrace.lab.history.check.Anomaly;
import io.millrace.lab.history.check.HistoryCheck;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Plants each anomaly into a history without any, and asks the checker what it finds. */
public final class HistorySelfTest {

    private HistorySelfTest() {}

    /**
     * What came of planting one.
     *
     * @param isPlanted whether the history had a place for it
     * @param found what the checker names
     */
    public record Trial(Anomaly anomaly, boolean isPlanted, Set<Anomaly> found) {
        public Trial {
            found = Set.copyOf(found);
        }

        /** Whether it was found, and nothing else. */
        public boolean isPassed() {
            return isPlanted && found.equals(Set.of(anomaly));
        }
    }

    /** One trial for each anomaly. */
    public static List<Trial> run(List<HistoryEvent> clean) {
        List<Trial> trials = new ArrayList<>();
        for (Anomaly anomaly : Anomaly.values()) {
            List<HistoryEvent> events = new ArrayList<>(clean);
            boolean isPlanted = planter(anomaly).plant(events);
            Set<Anomaly> found = isPlanted ? HistoryCheck.check(events).counts().keySet() : Set.of();
            trials.add(new Trial(anomaly, isPlanted, found));
        }
        return trials;
    }

    static Planter planter(Anomaly anomaly) {
        return switch (anomaly) {
            case LOST_WRITE -> WritePlants::lost;
            case UNSEEN -> WritePlants::unseen;
            case INCONSISTENT_OFFSETS -> ReadPlants::swapped;
            case ABORTED_READ -> WritePlants::aborted;
            case DUPLICATE -> WritePlants::duplicate;
            case NONMONOTONIC_SEND -> WritePlants::nonmonotonicSend;
            case POLL_SKIP -> ReadPlants::pollSkip;
            case NONMONOTONIC_POLL -> ReadPlants::pollBack;
            case INT_POLL_SKIP -> ReadPlants::innerSkip;
            case INT_NONMONOTONIC_POLL -> ReadPlants::innerBack;
            case REALTIME_ORDER -> WritePlants::realTime;
            case VANISHED -> WritePlants::vanished;
            case READ_ABOVE_HIGH_WATERMARK -> ReadPlants::aboveHighWatermark;
            case HIGH_WATERMARK_BACK -> ReadPlants::highWatermarkBack;
            case TWO_LEADERS -> BrokerPlants::twoLeaders;
            case TWO_APPENDERS -> BrokerPlants::twoAppenders;
            case EPOCH_BACK -> BrokerPlants::epochBack;
            case LEADER_OUTSIDE_ISR -> BrokerPlants::leaderOutsideIsr;
            case CUT_BELOW_HIGH_WATERMARK -> BrokerPlants::cutBelowHighWatermark;
            case LEADER_HIGH_WATERMARK_BACK -> BrokerPlants::highWatermarkBack;
            case UNSENT -> WritePlants::unsent;
            case PRECOMMITTED_READ -> WritePlants::precommitted;
            case COMMIT_BACK -> GroupPlants::commitBack;
            case COMMIT_BY_NON_OWNER -> GroupPlants::commitByNonOwner;
            case GROUP_SKIP -> GroupPlants::groupSkip;
            case REDELIVERED_BELOW_COMMIT -> GroupPlants::redelivered;
            case TWO_OWNERS -> GroupPlants::twoOwners;
        };
    }
}
