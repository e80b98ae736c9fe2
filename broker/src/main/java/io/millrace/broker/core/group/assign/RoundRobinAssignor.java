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
        Takers takers = new Takers(members);
        int nextPlace = 0;
        for (Map.Entry<String, AssignableTopic> topic : topics.entrySet()) {
            List<Taker> circle = takers.wanting(topic.getKey()).takers();
            int next = first(circle, nextPlace);
            for (TopicPartition partition : circle.isEmpty()
                    ? List.<TopicPartition>of()
                    : topic.getValue().partitions()) {
                Taker taker = circle.get(next % circle.size());
                taker.given.add(partition);
                nextPlace = taker.place() + 1;
                next++;
            }
        }
        return takers.given();
    }

    /** Index of the first one at that place or behind it. */
    private static int first(List<Taker> circle, int place) {
        int index = 0;
        while (index < circle.size() && circle.get(index).place() < place) {
            index++;
        }
        return index;
    }
}
