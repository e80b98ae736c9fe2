package io.millrace.broker.group;

import io.millrace.broker.core.ClusterImage;
import io.millrace.broker.core.ErrorReason;
import io.millrace.broker.core.Outcome;
import io.millrace.broker.core.Refusal;
import io.millrace.broker.core.TopicImage;
import io.millrace.broker.core.TopicPartition;
import io.millrace.broker.group.PartitionLookup.Found;
import io.millrace.broker.group.PartitionLookup.Position;
import io.millrace.broker.runtime.Clock;
import io.millrace.broker.runtime.EventLoop;
import io.millrace.coordinator.GroupChange;
import io.millrace.coordinator.GroupChange.Gone;
import io.millrace.coordinator.GroupOffset;
import io.millrace.coordinator.StoredGroup;
import io.millrace.coordinator.tree.OffsetsChunk.OffsetNode;
import io.millrace.coordinator.tree.ResetNode;
import io.millrace.coordinator.tree.ResetNode.PartitionReset;
import io.millrace.coordinator.tree.ResetNode.TopicReset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One reset: which partitions, to where, and then all of it in one write. On the groups' loop. */
final class Resetting {
    private static final int MAX_PARTITIONS = 1_000;

    private final OffsetReset reset;
    private final ClusterImage image;
    private final PartitionLookup lookup;
    private final Clock clock;
    private final EventLoop loop;
    private final Consumer<Outcome<List<ResetOffset>>> reply;

    /**
     * A partition to be set.
     *
     * @param before null where the group has none
     * @param wanted where the caller named an offset, else -1
     */
    private record Choice(
            String topic, TopicPartition id, @Nullable GroupOffset before, long wanted) {}

    Resetting(
            OffsetReset reset,
            ClusterImage image,
            PartitionLookup lookup,
            Clock clock,
            EventLoop loop,
            Consumer<Outcome<List<ResetOffset>>> reply) {
        this.reset = reset;
        this.image = image;
        this.lookup = lookup;
        this.clock = clock;
        this.loop = loop;
        this.reply = reply;
    }

    void run(Outcome<HostedGroup> hosting) {
        HostedGroup group = hosting instanceof Outcome.Ok<HostedGroup> ok ? ok.value() : null;
        Refusal refusal = hosting instanceof Outcome.No<HostedGroup> no ? no.refusal() : null;
        boolean isNew = refusal != null && refusal.reason() == ErrorReason.UNKNOWN_GROUP;
        boolean mayBeNew = !(reset.target() instanceof ResetTarget.Undo || reset.target() instanceof ResetTarget.Shift);
        if (group != null && !group.machine().isEmpty()) {
            reply.accept(Outcome.no(GroupCoordinator.notEmpty(reset.group())));
        } else if (group == null && refusal != null && !(isNew && mayBeNew)) {
            reply.accept(Outcome.no(refusal));
        } else if (reset.target() instanceof ResetTarget.Undo && group != null) {
            undo(group);
        } else {
            StoredGroup stored = group == null ? StoredGroup.absent(reset.group()) : group.stored();
            on(choices(stored), chosen -> find(group, chosen));
        }
    }

    private <T> void on(Outcome<T> outcome, Consumer<T> next) {
        if (outcome instanceof Outcome.No<T> no) {
            reply.accept(Outcome.no(no.refusal()));
        } else if (outcome instanceof Outcome.Ok<T> ok) {
            next.accept(ok.value());
        }
    }

    private Outcome<List<Choice>> choices(StoredGroup stored) {
        List<Choice> chosen = new ArrayList<>();
        Refusal refusal = null;
        if (reset.target() instanceof ResetTarget.Exact exact) {
            for (ResetTarget.Value value : exact.values()) {
                refusal = refusal == null
                        ? choose(value.topic(), value.partition(), value.offset(), stored, chosen)
                        : refusal;
            }
        } else if (reset.topics().isEmpty()) {
            for (GroupOffset offset : stored.offsets()) {
                TopicImage topic = image.topics().get(offset.topic());
                if (topic != null && topic.topicId().equals(offset.topicId())) {
                    choose(offset.topic(), offset.partition(), -1, stored, chosen);
                }
            }
        } else {
            for (OffsetReset.TopicChoice topic : reset.topics()) {
                refusal = refusal == null ? choose(topic, stored, chosen) : refusal;
            }
        }
        if (refusal == null && chosen.isEmpty()) {
            refusal = invalid(
                    "There is nothing to reset: group '" + reset.group() + "' has no offsets, and no topic is named");
        }
        if (refusal == null && chosen.size() > MAX_PARTITIONS) {
            refusal = Refusal.definite(
                    ErrorReason.LIMIT_EXCEEDED,
                    "A reset sets at most " + MAX_PARTITIONS + " partitions, not " + chosen.size()
                            + ": name some of them");
        }
        return refusal == null ? Outcome.ok(chosen) : Outcome.no(refusal);
    }

    private @Nullable Refusal choose(OffsetReset.TopicChoice choice, StoredGroup stored, List<Choice> chosen) {
        TopicImage topic = image.topics().get(choice.topic());
        int count = topic == null ? 1 : topic.partitionCount();
        List<Integer> numbers = new ArrayList<>(new TreeSet<>(choice.partitions()));
        for (int i = 0; choice.partitions().isEmpty() && i < count; i++) {
            numbers.add(i);
        }
        for (int number : numbers) {
            Refusal refusal = choose(choice.topic(), number, -1, stored, chosen);
            if (refusal != null) {
                return refusal;
            }
        }
        return null;
    }

    private @Nullable Refusal choose(String name, int partition, long wanted, StoredGroup stored, List<Choice> chosen) {
        TopicImage topic = image.topics().get(name);
        if (topic == null) {
            return Refusal.definite(ErrorReason.UNKNOWN_TOPIC, "There is no topic '" + name + "'");
        }
        if (partition < 0 || partition >= topic.partitionCount()) {
            return Refusal.definite(
                    ErrorReason.UNKNOWN_TOPIC,
                    "Topic '" + name + "' has partitions 0 to " + (topic.partitionCount() - 1) + ", no " + partition);
        }
        TopicPartition id = new TopicPartition(topic.topicId(), partition);
        if (chosen.stream().anyMatch(other -> other.id().equals(id))) {
            return invalid(name + "-" + partition + " is named twice");
        }
        chosen.add(new Choice(
                name, id, stored.offset(name, topic.topicId(), partition).orElse(null), wanted));
        return null;
    }

    private static Refusal invalid(String words) {
        return Refusal.definite(ErrorReason.INVALID_REQUEST, words);
    }

    /** A shift and a value have to know both ends, everything else the one that it goes to. */
    private void find(@Nullable HostedGroup group, List<Choice> chosen) {
        List<Lookups.Question> questions = new ArrayList<>();
        chosen.forEach(choice -> {
            questions.add(new Lookups.Question(choice.topic(), choice.id(), first()));
            questions.add(new Lookups.Question(choice.topic(), choice.id(), new Position.Earliest()));
        });
        new Lookups(lookup, loop).all(questions, answers -> set(group, chosen, answers));
    }

    private Position first() {
        return reset.target() instanceof ResetTarget.Time time
                ? new Position.Time(time.timestampMs())
                : new Position.Latest();
    }

    private void set(@Nullable HostedGroup group, List<Choice> chosen, List<Outcome<Found>> answers) {
        List<GroupOffset> after = new ArrayList<>();
        for (int i = 0; i < chosen.size(); i++) {
            Outcome<Found> found = answers.get(2 * i);
            Outcome<Found> earliest = answers.get(2 * i + 1);
            if (found instanceof Outcome.Ok<Found> at && earliest instanceof Outcome.Ok<Found> start) {
                Outcome<Long> offset =
                        offset(chosen.get(i), at.value(), start.value().offset());
                if (offset instanceof Outcome.No<Long> no) {
                    reply.accept(Outcome.no(no.refusal()));
                    return;
                }
                after.add(at(chosen.get(i), ((Outcome.Ok<Long>) offset).value()));
            } else {
                reply.accept(Outcome.no(
                        (found instanceof Outcome.No<Found> no ? no : (Outcome.No<Found>) earliest).refusal()));
                return;
            }
        }
        write(group, chosen, after);
    }

    private Outcome<Long> offset(Choice choice, Found found, long start) {
        ResetTarget target = reset.target();
        if (target instanceof ResetTarget.Earliest) {
            return Outcome.ok(start);
        }
        if (target instanceof ResetTarget.Time) {
            return Outcome.ok(found.offset() < 0 ? found.end() : found.offset());
        }
        if (target instanceof ResetTarget.Shift shift) {
            GroupOffset before = choice.before();
            long from = before == null ? start : before.offset();
            return Outcome.ok(clamp(from, shift.records(), start, found.end()));
        }
        if (target instanceof ResetTarget.Exact) {
            return choice.wanted() > found.end()
                    ? Outcome.no(
                            Refusal.beyondEnd(choice.topic(), choice.id().partition(), choice.wanted(), found.end()))
                    : Outcome.ok(choice.wanted());
        }
        return Outcome.ok(found.end());
    }

    /** Without an overflow on the way. */
    private static long clamp(long from, long shift, long start, long end) {
        long back = shift < 0 ? Math.max(shift, start - from) : Math.min(shift, end - from);
        return Math.min(Math.max(from + back, start), end);
    }

    private GroupOffset at(Choice choice, long offset) {
        return new GroupOffset(
                choice.topic(), choice.id().topicId(), choice.id().partition(), offset, -1, "", clock.wallMillis());
    }

    private void write(@Nullable HostedGroup group, List<Choice> chosen, List<GroupOffset> after) {
        List<ResetOffset> result = new ArrayList<>();
        SortedMap<String, TopicReset> remembered = new TreeMap<>();
        for (int i = 0; i < chosen.size(); i++) {
            Choice choice = chosen.get(i);
            GroupOffset before = choice.before();
            long offset = after.get(i).offset();
            result.add(new ResetOffset(
                    choice.topic(),
                    choice.id().partition(),
                    before == null ? OptionalLong.empty() : OptionalLong.of(before.offset()),
                    OptionalLong.of(offset)));
            remembered
                    .computeIfAbsent(
                            choice.topic(), topic -> new TopicReset(choice.id().topicId(), new TreeMap<>()))
                    .partitions()
                    .put(choice.id().partition(), new PartitionReset(before == null ? null : before.node(), offset));
        }
        store(group, new GroupChange.Reset(after, List.of(), new ResetNode(clock.wallMillis(), remembered)), result);
    }

    private void store(@Nullable HostedGroup group, GroupChange.Reset change, List<ResetOffset> result) {
        if (reset.isDryRun() || group == null) {
            reply.accept(Outcome.ok(result));
        } else if (!group.machine().isEmpty()) {
            // Somebody has joined while the partitions were asked.
            reply.accept(Outcome.no(GroupCoordinator.notEmpty(reset.group())));
        } else {
            group.write(change, reply, result);
        }
    }

    private void undo(HostedGroup group) {
        Optional<ResetNode> last = group.stored().reset();
        if (last.isEmpty()) {
            reply.accept(Outcome.no(invalid("Group '" + reset.group() + "' has no reset that could be undone")));
            return;
        }
        List<GroupOffset> restored = new ArrayList<>();
        List<Gone> gone = new ArrayList<>();
        List<ResetOffset> result = new ArrayList<>();
        for (var topic : last.get().topics().entrySet()) {
            for (var partition : topic.getValue().partitions().entrySet()) {
                String topicId = topic.getValue().topicId();
                OptionalLong now = group.stored()
                        .offset(topic.getKey(), topicId, partition.getKey())
                        .map(offset -> OptionalLong.of(offset.offset()))
                        .orElse(OptionalLong.empty());
                Long set = partition.getValue().after();
                if (!now.equals(set == null ? OptionalLong.empty() : OptionalLong.of(set))) {
                    reply.accept(Outcome.no(Refusal.definite(
                            ErrorReason.CONFLICT,
                            topic.getKey() + "-" + partition.getKey() + " has been committed since the last reset")));
                    return;
                }
                OffsetNode before = partition.getValue().before();
                if (before == null) {
                    gone.add(new Gone(topic.getKey(), partition.getKey()));
                } else {
                    restored.add(GroupOffset.of(topic.getKey(), topicId, partition.getKey(), before));
                }
                result.add(new ResetOffset(
                        topic.getKey(),
                        partition.getKey(),
                        now,
                        before == null ? OptionalLong.empty() : OptionalLong.of(before.offset())));
            }
        }
        store(group, new GroupChange.Reset(restored, gone, null), result);
    }
}
