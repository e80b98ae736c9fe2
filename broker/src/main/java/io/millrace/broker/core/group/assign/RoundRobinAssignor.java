package io.millrace.broker.core.group.assign;

import io.millrace.broker.core.TopicPartition;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;

/** All partitions of all topics, dealt out one by one to the members in the order of their names. */
public final class RoundRobinAssignor implements Assignor {

    @Override
    public Map<String, SortedSet<TopicPartition>> assign(
            SortedMap<String, Candidate> members, SortedMap<String, AssignableTopic> topics) {
        List<Taker> circle = Taker.of(members);
        int next = 0;
        for (Map.Entry<String, AssignableTopic> topic : topics.entrySet()) {
            if (Taker.of(topic.getKey(), circle).isEmpty()) {
                continue;
            }
            for (TopicPartition partition : topic.getValue().partitions()) {
                while (!circle.get(next % circle.size()).wants(topic.getKey())) {
                    next++;
                }
                circle.get(next % circle.size()).given.add(partition);
                next++;
            }
        }
        return Taker.given(circle);
    }
}
