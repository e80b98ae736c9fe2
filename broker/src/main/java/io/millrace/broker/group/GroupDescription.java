package io.millrace.broker.group;

import io.millrace.broker.core.TopicPartition;
import io.millrace.broker.core.group.AssignorName;
import io.millrace.broker.core.group.CommittedOffset;
import io.millrace.broker.core.group.GroupState;
import io.millrace.broker.core.group.MemberView;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A group at one moment.
 *
 * @param partitions by topic and number: every one that somebody reads or that the group has an offset of
 */
public record GroupDescription(
        String group,
        GroupState state,
        long generation,
        int coordinator,
        AssignorName assignor,
        List<MemberView> members,
        List<PartitionProgress> partitions) {
    public GroupDescription {
        members = List.copyOf(members);
        partitions = List.copyOf(partitions);
    }

    /**
     * @param memberId null where nobody reads it
     * @param committed null where the group has no offset of it
     * @param endOffset exclusive; empty where nobody answered in time
     * @param lagTimeMs how long the first record beyond the committed offset has been there, by its timestamp; 0 where
     *     there is none, empty where that is not known
     */
    public record PartitionProgress(
            String topic,
            TopicPartition partition,
            @Nullable String memberId,
            @Nullable CommittedOffset committed,
            OptionalLong endOffset,
            OptionalLong lagTimeMs) {}
}
