package io.millrace.broker.group;

import io.millrace.broker.core.TopicPartition;
import io.millrace.broker.core.group.MemberConfig;
import java.util.Set;

/**
 * How a member opens its session.
 *
 * @param generation that it was told last, 0 where it is new
 * @param holds what it was told and has not let go of
 * @param commitsFrom number of a commit of its own: lower ones are out of date. 0 where it has not committed
 */
public record MemberOpening(
        String group,
        String memberId,
        long generation,
        Set<TopicPartition> holds,
        long commitsFrom,
        MemberConfig config) {
    public MemberOpening {
        holds = Set.copyOf(holds);
    }
}
