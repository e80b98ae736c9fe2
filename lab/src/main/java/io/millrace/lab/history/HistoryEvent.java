package io.millrace.lab.history;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/**
 * Something that happened in a run. What is asked for is told before it is sent and what is answered after it has come:
 * then what one line says was over before a later line's began.
 *
 * <p>Answers belong to what was asked by {@code op}, which grows with each question of a process.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "t")
@JsonSubTypes({
    @JsonSubTypes.Type(value = ClientEvent.Produce.class, name = "produce"),
    @JsonSubTypes.Type(value = ClientEvent.ProduceOk.class, name = "produce.ok"),
    @JsonSubTypes.Type(value = ClientEvent.Failed.class, name = "fail"),
    @JsonSubTypes.Type(value = ClientEvent.Fetched.class, name = "fetch.ok"),
    @JsonSubTypes.Type(value = ClientEvent.Seek.class, name = "seek"),
    @JsonSubTypes.Type(value = ClientEvent.ReadToEnd.class, name = "read-to-end"),
    @JsonSubTypes.Type(value = GroupEvent.Joined.class, name = "join"),
    @JsonSubTypes.Type(value = GroupEvent.Left.class, name = "leave"),
    @JsonSubTypes.Type(value = GroupEvent.Assigned.class, name = "assign"),
    @JsonSubTypes.Type(value = GroupEvent.Revoked.class, name = "revoke"),
    @JsonSubTypes.Type(value = GroupEvent.Commit.class, name = "commit"),
    @JsonSubTypes.Type(value = GroupEvent.CommitOk.class, name = "commit.ok"),
    @JsonSubTypes.Type(value = GroupEvent.Committed.class, name = "committed"),
    @JsonSubTypes.Type(value = GroupEvent.CommittedOk.class, name = "committed.ok"),
    @JsonSubTypes.Type(value = GroupEvent.SetByHand.class, name = "group-set"),
    @JsonSubTypes.Type(value = BrokerEvent.StateRecorded.class, name = "state"),
    @JsonSubTypes.Type(value = BrokerEvent.Leading.class, name = "lead"),
    @JsonSubTypes.Type(value = BrokerEvent.Appended.class, name = "append"),
    @JsonSubTypes.Type(value = BrokerEvent.HighWatermark.class, name = "hw"),
    @JsonSubTypes.Type(value = BrokerEvent.Truncated.class, name = "truncate"),
    @JsonSubTypes.Type(value = BrokerEvent.TopicGone.class, name = "topic-gone"),
    @JsonSubTypes.Type(value = BrokerEvent.FaultChanged.class, name = "fault")
})
@JsonPropertyOrder("at")
public sealed interface HistoryEvent permits ClientEvent, GroupEvent, BrokerEvent {

    /** Whose and when. */
    Stamp at();

    /** Calls the method of {@code listener} for this kind of event. */
    void tell(HistoryListener listener, long place);
}
