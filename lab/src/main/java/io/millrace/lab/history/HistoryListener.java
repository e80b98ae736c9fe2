package io.millrace.lab.history;

/** Hears of each event in its order. Kinds that it does not care for need no method. {@code place} is where the event
 * stands, see {@link Places}. */
public interface HistoryListener {

    default void on(ClientEvent.Produce event, long place) {}

    default void on(ClientEvent.ProduceOk event, long place) {}

    default void on(ClientEvent.Failed event, long place) {}

    default void on(ClientEvent.Fetched event, long place) {}

    default void on(ClientEvent.Seek event, long place) {}

    default void on(ClientEvent.ReadToEnd event, long place) {}

    default void on(GroupEvent.Joined event, long place) {}

    default void on(GroupEvent.Left event, long place) {}

    default void on(GroupEvent.Assigned event, long place) {}

    default void on(GroupEvent.Revoked event, long place) {}

    default void on(GroupEvent.Commit event, long place) {}

    default void on(GroupEvent.CommitOk event, long place) {}

    default void on(GroupEvent.Committed event, long place) {}

    default void on(GroupEvent.CommittedOk event, long place) {}

    default void on(GroupEvent.SetByHand event, long place) {}

    default void on(BrokerEvent.StateRecorded event, long place) {}

    default void on(BrokerEvent.Leading event, long place) {}

    default void on(BrokerEvent.Appended event, long place) {}

    default void on(BrokerEvent.HighWatermark event, long place) {}

    default void on(BrokerEvent.Truncated event, long place) {}

    default void on(BrokerEvent.TopicGone event, long place) {}

    default void on(BrokerEvent.FaultChanged event, long place) {}
}
