package io.millrace.broker.group;

import io.millrace.broker.core.Refusal;
import io.millrace.broker.core.TopicPartition;
import java.util.SortedSet;

/** What a member is told. On the groups' loop; returns at once. After {@code refuse} or {@code end} comes nothing more. */
public interface MemberStream {
    /** @param partitions all that it may read */
    void assign(long generation, SortedSet<TopicPartition> partitions);

    /** Its heartbeats up to this one were read. */
    void heard(long number);

    void refuse(Refusal why);

    /** @param coordinator where to go on, {@link Groups#NO_COORDINATOR} where that is not known */
    void end(int coordinator);
}
