package io.millrace.broker.core.group.assign;

import io.millrace.broker.core.TopicPartition;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;

/**
 * As even as what members want allows, and of what they hold as much as possible stays where it is. Where all want the
 * same, no member has two more than another, and no fewer moves would have come to that. Where members name their racks,
 * a partition that has to find an owner goes to one beside a replica, if that costs no evenness.
 */
public final class UniformAssignor implements Assignor {

    @Override
    public Map<String, SortedSet<TopicPartition>> assign(
            SortedMap<String, Candidate> members, SortedMap<String, AssignableTopic> topics) {
        UniformDeal deal = new UniformDeal(members, topics);
        deal.keepWhatIsHeld();
        deal.giveAwayTheRest();
        deal.even();
        return deal.given();
    }
}
