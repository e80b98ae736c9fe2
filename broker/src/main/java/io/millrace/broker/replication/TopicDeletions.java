package io.millrace.broker.replication;

import java.util.function.Consumer;

/** Where a replica asks, before it deletes anything, whether its topic is really gone (N14). */
public interface TopicDeletions {

    /**
     * Answers true only where the coordination service itself, asked afresh, still holds this very cluster and does not
     * hold the topic under that id. What a cache shows is never enough, and no answer means no.
     */
    void confirm(String topic, String topicId, Consumer<Boolean> reply);
}
