package io.millrace.cli.consume;

import io.millrace.client.Consumer;
import io.millrace.client.ConsumerRecord;
import io.millrace.client.MillraceClient;
import io.millrace.client.TopicPartition;
import io.millrace.proto.v1.LatestPosition;
import io.millrace.proto.v1.ListOffsetsRequest;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** Where a member of a group stops, if it is to read only what is there when a partition is given to it. */
final class Ends {
    private final MillraceClient client;
    private final boolean isWished;
    private final Map<TopicPartition, Long> ends = new HashMap<>();

    Ends(MillraceClient client, boolean isWished) {
        this.client = client;
        this.isWished = isWished;
    }

    boolean isWanted(ConsumerRecord record) {
        return !isWished || record.offset() < end(record.topicPartition());
    }

    /**
     * Whether everything wanted of these was polled; true also where all went to others. Waits until it is known where
     * reading begins.
     */
    boolean isReached(Consumer consumer, Set<TopicPartition> assigned) {
        if (!isWished) {
            return false;
        }
        assigned.forEach(this::end);
        return !ends.isEmpty() && assigned.stream().allMatch(id -> consumer.position(id) >= end(id));
    }

    private long end(TopicPartition id) {
        return ends.computeIfAbsent(id, this::latest);
    }

    private long latest(TopicPartition id) {
        ListOffsetsRequest request = ListOffsetsRequest.newBuilder()
                .setTopic(id.topic())
                .setPartition(id.partition())
                .setLatest(LatestPosition.getDefaultInstance())
                .build();
        return client.listOffsets(request).getOffset();
    }
}
