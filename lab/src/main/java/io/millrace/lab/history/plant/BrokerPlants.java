package io.millrace.lab.history.plant;

import io.millrace.lab.history.BrokerEvent.Appended;
import io.millrace.lab.history.BrokerEvent.HighWatermark;
import io.millrace.lab.history.BrokerEvent.Leading;
import io.millrace.lab.history.BrokerEvent.StateRecorded;
import io.millrace.lab.history.BrokerEvent.Truncated;
import io.millrace.lab.history.HistoryEvent;
import java.util.List;

/** Brokers that break their rules. */
final class BrokerPlants {

    private BrokerPlants() {}

    static boolean twoLeaders(List<HistoryEvent> events) {
        return Edits.follow(
                events,
                Leading.class,
                any -> true,
                lead -> new Leading(Edits.intruder(lead), lead.partition(), lead.leaderEpoch()));
    }

    static boolean twoAppenders(List<HistoryEvent> events) {
        return Edits.follow(
                events,
                Appended.class,
                any -> true,
                append -> new Appended(
                        Edits.intruder(append), append.partition(), append.leaderEpoch(), append.offset(), 1));
    }

    static boolean epochBack(List<HistoryEvent> events) {
        return Edits.follow(events, StateRecorded.class, any -> true, state -> state);
    }

    static boolean leaderOutsideIsr(List<HistoryEvent> events) {
        int last = Edits.findLast(events, StateRecorded.class, any -> true);
        if (last >= 0) {
            StateRecorded state = (StateRecorded) events.get(last);
            events.add(
                    last + 1,
                    new StateRecorded(
                            state.at(),
                            state.partition(),
                            state.partitionEpoch() + 1,
                            state.leaderEpoch() + 1_000,
                            99,
                            "broker-99",
                            List.of(99),
                            List.of()));
        }
        return last >= 0;
    }

    static boolean cutBelowHighWatermark(List<HistoryEvent> events) {
        return Edits.follow(
                events,
                HighWatermark.class,
                hw -> hw.highWatermark() > 0,
                hw -> new Truncated(
                        hw.at(), hw.partition(), hw.highWatermark(), hw.highWatermark() - 1, hw.highWatermark()));
    }

    static boolean highWatermarkBack(List<HistoryEvent> events) {
        return Edits.follow(
                events,
                HighWatermark.class,
                hw -> hw.highWatermark() > 0,
                hw -> new HighWatermark(hw.at(), hw.partition(), hw.leaderEpoch(), hw.highWatermark() - 1));
    }
}
