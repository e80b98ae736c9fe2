package io.millrace.lab.cluster;

import io.millrace.client.MillraceClient;
import io.millrace.proto.v1.Topic;
import java.time.Duration;
import java.util.Optional;

/** Asks brokers whether all topics of the cluster are as they should be: what one of them still does, others feel. */
public final class CalmWatch {
    private final MillraceClient client;

    public CalmWatch(MillraceClient client) {
        this.client = client;
    }

    /** Waits until every topic that there is now is calm; returns one that was not, so long after its turn came. */
    public Optional<String> await(Duration atMost) throws InterruptedException {
        for (Topic topic : client.metadata().getTopicsList()) {
            if (new TopicWatch(client, topic.getName())
                    .await(TopicState::isCalm, atMost)
                    .isEmpty()) {
                return Optional.of(topic.getName());
            }
        }
        return Optional.empty();
    }
}
