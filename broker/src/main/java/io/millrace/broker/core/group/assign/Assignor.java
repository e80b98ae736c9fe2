package io.millrace.broker.core.group.assign;

import io.millrace.broker.core.TopicPartition;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;

/** Gives each partition to one of the members that want its topic. */
public interface Assignor {

    /**
     * @param members by their ids
     * @param topics by their names; what members want beyond them is not there yet
     * @return of every member its partitions, also where it gets none
     */
    Map<String, SortedSet<TopicPartition>> assign(
            SortedMap<String, Candidate> members, SortedMap<String, AssignableTopic> topics);
}
