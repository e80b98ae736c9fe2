package io.millrace.broker.core.group.assign;

import io.millrace.broker.core.TopicPartition;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;

/**
 * Of each topic, consecutive partitions to the members in the order of their names: partition 3 of two topics with as
 * many partitions is read by the same member. As Kafka's assignor of that name.
 */
public final class RangeAssignor implements Assignor {

    @Override
    public Map<String, SortedSet<TopicPartition>> assign(
            SortedMap<String, Candidate> members, SortedMap<String, AssignableTopic> topics) {
        Takers takers = new Takers(members);
        topics.forEach((name, topic) -> spread(topic, takers.wanting(name).takers()));
        return takers.given();
    }

    private static void spread(AssignableTopic topic, List<Taker> takers) {
        int next = 0;
        for (int i = 0; i < takers.size(); i++) {
            // The first ones get one more each where it does not come out even.
            int larger = topic.partitionCount() % takers.size();
            int count = topic.partitionCount() / takers.size() + (i < larger ? 1 : 0);
            for (int left = count; left > 0; left--, next++) {
                takers.get(i).given.add(new TopicPartition(topic.topicId(), next));
            }
        }
    }
}
