package io.millrace.broker.group;

import io.millrace.broker.core.Outcome;
import io.millrace.broker.core.Refusal;
import io.millrace.broker.core.TopicPartition;
import io.millrace.broker.core.group.CommittedOffset;
import io.millrace.broker.group.PartitionLookup.Found;
import io.millrace.broker.runtime.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Whether partitions reach as far as a commit says: a guard against mistakes, not a rule that anything rests on. What was
 * read is on every in-sync replica, so the replica here mostly knows; where it does not, the leaders are asked. A member
 * whose partition nobody leads at present is believed: it has read there.
 */
final class EndCheck {
    private final PartitionLookup lookup;
    private final EventLoop loop;
    private final Committer committer;
    private final List<CommittedOffset> open = new ArrayList<>();

    EndCheck(PartitionLookup lookup, EventLoop loop, Committer committer, List<CommittedOffset> offsets) {
        this.lookup = lookup;
        this.loop = loop;
        this.committer = committer;
        for (CommittedOffset offset : offsets) {
            OptionalLong end = lookup.localEnd(partition(offset));
            if (offset.offset() > 0 && (end.isEmpty() || end.getAsLong() < offset.offset())) {
                open.add(offset);
            }
        }
    }

    /**
     * On the groups' loop.
     *
     * @param done takes why the commit is refused, null where it is not
     */
    void run(Consumer<@Nullable Refusal> done) {
        List<Lookups.Question> questions = open.stream()
                .map(offset ->
                        new Lookups.Question(offset.topic(), partition(offset), new PartitionLookup.Position.Latest()))
                .toList();
        new Lookups(lookup, loop).all(questions, answers -> done.accept(refusal(answers)));
    }

    private @Nullable Refusal refusal(List<Outcome<Found>> answers) {
        for (int i = 0; i < answers.size(); i++) {
            CommittedOffset asked = open.get(i);
            if (answers.get(i) instanceof Outcome.No<Found> no && !committer.isMember()) {
                return no.refusal();
            }
            if (answers.get(i) instanceof Outcome.Ok<Found> ok && ok.value().end() < asked.offset()) {
                return Refusal.beyondEnd(
                        asked.topic(),
                        asked.partition(),
                        asked.offset(),
                        ok.value().end());
            }
        }
        return null;
    }

    private static TopicPartition partition(CommittedOffset offset) {
        return new TopicPartition(offset.topicId(), offset.partition());
    }
}
