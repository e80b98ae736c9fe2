package io.millrace.broker.group;

import io.millrace.broker.core.Outcome;
import io.millrace.broker.core.Refusal;
import io.millrace.broker.core.TopicPartition;
import io.millrace.broker.core.group.CommittedOffset;
import java.util.ArrayDeque;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Whether partitions reach as far as a commit says. A record is read after all in-sync replicas have it, so the replica
 * here mostly knows; where it does not, the leader is asked, one partition after the other.
 */
final class EndCheck {
    private final PartitionLookup lookup;
    private final ArrayDeque<CommittedOffset> open = new ArrayDeque<>();
    private final Consumer<@Nullable Refusal> done;

    /** @param done takes why the commit is refused, null where it is not */
    EndCheck(PartitionLookup lookup, List<CommittedOffset> offsets, Consumer<@Nullable Refusal> done) {
        this.lookup = lookup;
        this.done = done;
        for (CommittedOffset offset : offsets) {
            OptionalLong end = lookup.localEnd(partition(offset));
            if (offset.offset() > 0 && (end.isEmpty() || end.getAsLong() < offset.offset())) {
                open.add(offset);
            }
        }
    }

    void run() {
        CommittedOffset asked = open.poll();
        if (asked == null) {
            done.accept(null);
            return;
        }
        lookup.find(asked.topic(), partition(asked), new PartitionLookup.Position.Latest(), outcome -> {
            if (outcome instanceof Outcome.No<PartitionLookup.Found> no) {
                done.accept(no.refusal());
            } else if (outcome instanceof Outcome.Ok<PartitionLookup.Found> ok
                    && ok.value().end() < asked.offset()) {
                done.accept(Refusal.beyondEnd(
                        asked.topic(),
                        asked.partition(),
                        asked.offset(),
                        ok.value().end()));
            } else {
                run();
            }
        });
    }

    private static TopicPartition partition(CommittedOffset offset) {
        return new TopicPartition(offset.topicId(), offset.partition());
    }
}
