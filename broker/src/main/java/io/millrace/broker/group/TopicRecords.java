package io.millrace.broker.group;

import java.util.function.Consumer;

/** Where is asked, before offsets are deleted with their topic, whether that is really gone (N14). */
public interface TopicRecords {

    /**
     * Answers on any thread, true only where the coordination service itself, asked afresh, still holds this very cluster
     * and does not hold the topic under that id. No answer means no.
     */
    void confirmDeleted(String topic, String topicId, Consumer<Boolean> reply);
}
