package io.millrace.broker.group;

import static io.millrace.broker.group.GroupsWorld.offset;
import static io.millrace.broker.group.GroupsWorld.value;

import io.millrace.broker.core.Outcome;
import io.millrace.broker.core.group.CommittedOffset;
import io.millrace.broker.core.group.OffsetCommit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Three brokers that coordinate groups, and what tests ask of them. */
abstract class CoordinatorScene {
    final GroupsWorld world = new GroupsWorld(1, 2, 3);

    GroupPage list(String from) {
        return value(world.<GroupPage>answer(reply -> world.of("g").list(from, reply)));
    }

    Outcome<List<CommittedOffset>> commit(String group, OffsetCommit offset) {
        return world.answer(reply -> world.of(group).commit(group, Committer.NOBODY, List.of(offset), reply));
    }

    @Nullable
    Long committed(String group, int partition) {
        return value(world.<List<CommittedOffset>>answer(
                        reply -> world.of(group).fetch(group, List.of(), reply)))
                .stream()
                .filter(offset -> offset.partition() == partition)
                .map(CommittedOffset::offset)
                .findFirst()
                .orElse(null);
    }
}
