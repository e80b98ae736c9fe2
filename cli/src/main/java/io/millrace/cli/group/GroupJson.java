package io.millrace.cli.group;

import io.millrace.cli.shell.AssignorName;
import io.millrace.proto.v1.CommittedOffset;
import io.millrace.proto.v1.DescribeGroupResponse;
import io.millrace.proto.v1.GroupMember;
import io.millrace.proto.v1.GroupPartition;
import io.millrace.proto.v1.TopicPartitions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A group for programs; what is not known is null. */
final class GroupJson {
    private GroupJson() {}

    static Map<String, @Nullable Object> of(DescribeGroupResponse group) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("group", group.getGroup());
        json.put("state", GroupText.state(group.getState()));
        json.put("generation", group.getGeneration());
        json.put("coordinator", group.getCoordinator());
        json.put("assignor", AssignorName.of(group.getAssignor()));
        json.put("totalLag", totalLag(group.getPartitionsList()));
        json.put("members", group.getMembersList().stream().map(GroupJson::of).toList());
        json.put(
                "partitions",
                group.getPartitionsList().stream().map(GroupJson::of).toList());
        return json;
    }

    private static @Nullable Long totalLag(List<GroupPartition> partitions) {
        return partitions.stream().allMatch(GroupPartition::hasLag)
                ? partitions.stream().mapToLong(GroupPartition::getLag).sum()
                : null;
    }

    private static Map<String, @Nullable Object> of(GroupMember member) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("memberId", member.getMemberId());
        json.put("clientId", member.getClientId());
        json.put("instanceId", member.getInstanceId());
        json.put("host", member.getHost());
        json.put("rack", member.getRack());
        json.put("topics", List.copyOf(member.getTopicsList()));
        json.put("pattern", member.getPattern());
        json.put("silentMs", member.hasSilent() ? Spans.toMs(member.getSilent()) : null);
        json.put(
                "assigned", member.getAssignedList().stream().map(GroupJson::of).toList());
        json.put(
                "releasing",
                member.getReleasingList().stream().map(GroupJson::of).toList());
        return json;
    }

    private static Map<String, Object> of(TopicPartitions partitions) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("topic", partitions.getTopic());
        json.put("partitions", List.copyOf(partitions.getPartitionsList()));
        return json;
    }

    private static Map<String, @Nullable Object> of(GroupPartition partition) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        CommittedOffset committed = partition.getCommitted();
        json.put("topic", partition.getTopic());
        json.put("partition", partition.getPartition());
        json.put("committed", partition.hasCommitted() ? committed.getOffset() : null);
        json.put("leaderEpoch", partition.hasCommitted() ? committed.getLeaderEpoch() : null);
        json.put("metadata", partition.hasCommitted() ? committed.getMetadata() : null);
        json.put("end", partition.hasEndOffset() ? partition.getEndOffset() : null);
        json.put("lag", partition.hasLag() ? partition.getLag() : null);
        json.put("lagMs", partition.hasLagTime() ? Spans.toMs(partition.getLagTime()) : null);
        json.put("memberId", partition.getMemberId().isEmpty() ? null : partition.getMemberId());
        return json;
    }
}
