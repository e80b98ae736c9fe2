package io.millrace.client;

import io.millrace.proto.v1.TopicPartitions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A partition as a group gives it out: that of a topic which was deleted and created again is another one. */
record OwnedPartition(TopicPartition id, String topicId) {
    static Set<OwnedPartition> of(List<TopicPartitions> all) {
        Set<OwnedPartition> owned = new LinkedHashSet<>();
        for (TopicPartitions some : all) {
            for (int partition : some.getPartitionsList()) {
                owned.add(new OwnedPartition(new TopicPartition(some.getTopic(), partition), some.getTopicId()));
            }
        }
        return owned;
    }

    private record Topic(String name, String id) {}

    static List<TopicPartitions> messages(Collection<OwnedPartition> all) {
        Map<Topic, TopicPartitions.Builder> byTopic = new LinkedHashMap<>();
        for (OwnedPartition owned : all) {
            Topic topic = new Topic(owned.id().topic(), owned.topicId());
            byTopic.computeIfAbsent(
                            topic,
                            first -> TopicPartitions.newBuilder()
                                    .setTopic(first.name())
                                    .setTopicId(first.id()))
                    .addPartitions(owned.id().partition());
        }
        List<TopicPartitions> messages = new ArrayList<>();
        byTopic.values().forEach(topic -> messages.add(topic.build()));
        return messages;
    }

    static Set<TopicPartition> ids(Collection<OwnedPartition> all) {
        Set<TopicPartition> ids = new LinkedHashSet<>();
        all.forEach(owned -> ids.add(owned.id()));
        return ids;
    }
}
