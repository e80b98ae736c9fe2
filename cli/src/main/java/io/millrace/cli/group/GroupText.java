package io.millrace.cli.group;

import io.millrace.cli.shell.AssignorName;
import io.millrace.cli.shell.Table;
import io.millrace.proto.v1.DescribeGroupResponse;
import io.millrace.proto.v1.GroupMember;
import io.millrace.proto.v1.GroupPartition;
import io.millrace.proto.v1.GroupState;
import io.millrace.proto.v1.TopicPartitions;
import java.io.PrintStream;
import java.util.List;
import java.util.stream.Collectors;

/** A group for people. */
final class GroupText {
    private GroupText() {}

    static void print(DescribeGroupResponse group, PrintStream out) {
        out.println("Group " + group.getGroup() + ": " + state(group.getState()) + ", generation "
                + group.getGeneration() + ", coordinated by broker " + group.getCoordinator() + ", assignor "
                + AssignorName.of(group.getAssignor()));
        out.println("Total lag: " + totalLag(group.getPartitionsList()));
        if (group.getMembersCount() > 0) {
            out.println();
            members(group).print(out);
        }
        if (group.getPartitionsCount() > 0) {
            out.println();
            partitions(group).print(out);
        }
    }

    static String state(GroupState state) {
        return switch (state) {
            case GROUP_STATE_EMPTY -> "empty";
            case GROUP_STATE_REBALANCING -> "rebalancing";
            case GROUP_STATE_STABLE -> "stable";
            case GROUP_STATE_UNSPECIFIED, UNRECOGNIZED -> "unknown";
        };
    }

    private static String totalLag(List<GroupPartition> partitions) {
        long sum = partitions.stream().mapToLong(GroupPartition::getLag).sum();
        long unknown =
                partitions.stream().filter(partition -> !partition.hasLag()).count();
        return sum
                + (sum == 1 ? " record" : " records")
                + (unknown == 0 ? "" : ", not counting " + unknown + " partitions marked -");
    }

    private static Table members(DescribeGroupResponse group) {
        Table table = new Table("MEMBER", "CLIENT", "INSTANCE", "HOST", "SILENT", "READS", "HAS TO GIVE UP");
        for (GroupMember member : group.getMembersList()) {
            table.row(
                    member.getMemberId(),
                    orDash(member.getClientId()),
                    orDash(member.getInstanceId()),
                    orDash(member.getHost()),
                    member.hasSilent() ? Spans.text(member.getSilent()) : "not back yet",
                    orDash(names(member.getAssignedList())),
                    orDash(names(member.getReleasingList())));
        }
        return table;
    }

    private static Table partitions(DescribeGroupResponse group) {
        Table table = new Table("TOPIC", "PARTITION", "COMMITTED", "END", "LAG", "TIME LAG", "MEMBER");
        for (GroupPartition partition : group.getPartitionsList()) {
            table.row(
                    partition.getTopic(),
                    partition.getPartition(),
                    partition.hasCommitted() ? partition.getCommitted().getOffset() : "-",
                    partition.hasEndOffset() ? partition.getEndOffset() : "-",
                    partition.hasLag() ? partition.getLag() : "-",
                    partition.hasLagTime() ? Spans.text(partition.getLagTime()) : "-",
                    orDash(partition.getMemberId()));
        }
        return table;
    }

    private static String names(List<TopicPartitions> partitions) {
        return partitions.stream()
                .flatMap(topic ->
                        topic.getPartitionsList().stream().map(partition -> topic.getTopic() + "-" + partition))
                .collect(Collectors.joining(" "));
    }

    private static String orDash(String text) {
        return text.isEmpty() ? "-" : text;
    }
}
