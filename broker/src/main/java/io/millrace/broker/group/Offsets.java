package io.millrace.broker.group;

import io.millrace.broker.core.group.CommittedOffset;
import io.millrace.coordinator.GroupOffset;

/** Offsets as the rules have them and as they are stored. */
final class Offsets {
    private Offsets() {}

    static GroupOffset toStore(CommittedOffset offset) {
        return new GroupOffset(
                offset.topic(),
                offset.topicId(),
                offset.partition(),
                offset.offset(),
                offset.leaderEpoch(),
                offset.metadata(),
                offset.timeMs());
    }

    static CommittedOffset fromStore(GroupOffset offset) {
        return new CommittedOffset(
                offset.topic(),
                offset.topicId(),
                offset.partition(),
                offset.offset(),
                offset.leaderEpoch(),
                offset.metadata(),
                offset.timeMs());
    }
}
