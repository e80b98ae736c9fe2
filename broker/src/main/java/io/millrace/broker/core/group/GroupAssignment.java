package io.millrace.broker.core.group;

import io.millrace.broker.core.TopicPartition;
import io.millrace.broker.core.group.assign.AssignableTopic;
import io.millrace.broker.core.group.assign.Candidate;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;

/** What is meant for each member of a group, from the cluster's topics and what members said when they joined. */
final class GroupAssignment {
    private final SortedMap<String, Candidate> candidates = new TreeMap<>();
    private final SortedMap<String, AssignableTopic> assignable;
    private final Map<AssignorName, Integer> votes = new TreeMap<>();

    /**
     * @param members none of which is awaited
     * @param matches among all the topics
     */
    GroupAssignment(Collection<GroupMember> members, SortedMap<String, AssignableTopic> topics, TopicMatches matches) {
        this.assignable = topics;
        for (GroupMember member : members) {
            MemberConfig config = member.config;
            if (config == null) {
                throw new IllegalStateException("member " + member.id + " has not said what it wants");
            }
            Set<String> wanted = matches.wanted(config.subscription());
            candidates.put(member.id, new Candidate(member.name(), wanted, member.target, config.rack()));
            votes.merge(config.assignor(), 1, Integer::sum);
        }
    }

    Map<String, SortedSet<TopicPartition>> make() {
        return assignor().assignor().assign(candidates, assignable);
    }

    /** The one that most members name; of several the first. */
    AssignorName assignor() {
        AssignorName most = AssignorName.UNIFORM;
        int count = 0;
        for (Map.Entry<AssignorName, Integer> vote : votes.entrySet()) {
            if (vote.getValue() > count) {
                most = vote.getKey();
                count = vote.getValue();
            }
        }
        return most;
    }
}
