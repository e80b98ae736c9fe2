package io.millrace.broker.core.group;

import io.millrace.broker.core.BrokerImage;
import io.millrace.broker.core.ClusterImage;
import io.millrace.broker.core.PartitionState;
import io.millrace.broker.core.TopicImage;
import io.millrace.broker.core.group.assign.AssignableTopic;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** What of a cluster matters to those who read: two of these are equal where no partition need change hands. */
public final class GroupTopics {
    private GroupTopics() {}

    /** By name. Racks are left out where no broker names one. */
    public static SortedMap<String, AssignableTopic> of(ClusterImage image) {
        boolean hasRacks = image.known().values().stream().anyMatch(broker -> broker.rack() != null);
        SortedMap<String, AssignableTopic> topics = new TreeMap<>();
        image.topics()
                .forEach((name, topic) -> topics.put(
                        name,
                        new AssignableTopic(
                                topic.topicId(), topic.partitionCount(), hasRacks ? racks(topic, image) : List.of())));
        return topics;
    }

    /** Names of those that are only in one of the two, or not the same in both. */
    public static SortedSet<String> changed(
            SortedMap<String, AssignableTopic> before, SortedMap<String, AssignableTopic> now) {
        SortedSet<String> changed = new TreeSet<>();
        before.forEach((name, topic) -> {
            if (!topic.equals(now.get(name))) {
                changed.add(name);
            }
        });
        now.keySet().forEach(name -> {
            if (!before.containsKey(name)) {
                changed.add(name);
            }
        });
        return changed;
    }

    private static List<Set<String>> racks(TopicImage topic, ClusterImage image) {
        List<Set<String>> racks = new ArrayList<>();
        for (int partition = 0; partition < topic.partitionCount(); partition++) {
            PartitionState state = topic.partitions().get(partition);
            Set<String> ofPartition = new TreeSet<>();
            for (int replica : state == null ? List.<Integer>of() : state.replicas()) {
                BrokerImage broker = image.known().get(replica);
                if (broker != null && broker.rack() != null) {
                    ofPartition.add(broker.rack());
                }
            }
            racks.add(ofPartition);
        }
        return racks;
    }
}
