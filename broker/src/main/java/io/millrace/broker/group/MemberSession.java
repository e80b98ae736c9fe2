package io.millrace.broker.group;

import io.millrace.broker.core.TopicPartition;
import java.util.Set;

/** What a member says on its stream. From any thread; without effect once the stream has been told its end. */
public interface MemberSession {
    /**
     * @param number that the member hears when it was read
     * @param holds all that it has not let go of
     */
    void heartbeat(long number, long generation, Set<TopicPartition> holds);

    void leave();

    /** The stream is broken; the member may come back on another one. */
    void broken();
}
