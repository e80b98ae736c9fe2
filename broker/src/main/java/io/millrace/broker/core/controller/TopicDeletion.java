package io.millrace.broker.core.controller;

import io.millrace.broker.core.ErrorReason;
import io.millrace.broker.core.Outcome;
import io.millrace.broker.core.Refusal;
import io.millrace.broker.core.TopicImage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Decides on the deletion of topics. */
public final class TopicDeletion {

    private TopicDeletion() {}

    /**
     * Deletes the topic called {@code name}.
     *
     * @param topicId the one that is meant, null for whichever has the name now
     * @return a decision that answers with the id of the deleted topic
     */
    public static Decision<Outcome<String>> delete(ClusterState state, String name, @Nullable String topicId) {
        TopicImage topic = state.topics().get(name);
        if (topic == null) {
            return refuse(state, ErrorReason.UNKNOWN_TOPIC, "There is no topic '" + name + "'");
        }
        if (topicId != null && !topicId.equals(topic.topicId())) {
            return refuse(
                    state,
                    ErrorReason.TOPIC_ID_CHANGED,
                    "Topic '" + name + "' was created again: its id is " + topic.topicId() + ", not " + topicId);
        }
        return new Decision<>(
                state.withoutTopic(name), List.of(new Write.DeleteTopic(topic)), Outcome.ok(topic.topicId()));
    }

    private static Decision<Outcome<String>> refuse(ClusterState state, ErrorReason reason, String message) {
        return Decision.unchanged(state, Outcome.no(Refusal.definite(reason, message)));
    }
}
