package io.millrace.broker.group;

import io.millrace.broker.core.ClusterImage;
import io.millrace.broker.core.ErrorReason;
import io.millrace.broker.core.Outcome;
import io.millrace.broker.core.Refusal;
import io.millrace.broker.group.PartitionLookup.Found;
import io.millrace.broker.group.PartitionLookup.Position;
import io.millrace.broker.group.ResetPlan.Choice;
import io.millrace.broker.runtime.Clock;
import io.millrace.broker.runtime.EventLoop;
import io.millrace.coordinator.GroupChange;
import io.millrace.coordinator.GroupOffset;
import io.millrace.coordinator.StoredGroup;
import io.millrace.coordinator.tree.ResetNode;
import io.millrace.coordinator.tree.ResetNode.PartitionReset;
import io.millrace.coordinator.tree.ResetNode.TopicReset;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One reset: which partitions, to where, and then all of it in one write. On the groups' loop. */
final class Resetting {
    private final OffsetReset reset;
    private final ClusterImage image;
    private final PartitionLookup lookup;
    private final Clock clock;
    private final EventLoop loop;
    private final Consumer<Outcome<List<ResetOffset>>> reply;

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

    /** Whether the group has to be there already. */
    static boolean needsGroup(ResetTarget target) {
        return target instanceof ResetTarget.Undo || target instanceof ResetTarget.Shift;
    }

    void run(Outcome<HostedGroup> hosting) {
        HostedGroup group = hosting instanceof Outcome.Ok<HostedGroup> ok ? ok.value() : null;
        Refusal refusal = hosting instanceof Outcome.No<HostedGroup> no ? no.refusal() : null;
        boolean isNew = refusal != null && refusal.reason() == ErrorReason.UNKNOWN_GROUP;
        if (refusal != null && !(isNew && !needsGroup(reset.target()))) {
            reply.accept(Outcome.no(refusal));
        } else if (group == null) {
            // A dry run does not make the group.
            plan(null, StoredGroup.absent(reset.group()));
        } else {
            onceLeft(group, () -> {
                if (reset.target() instanceof ResetTarget.Undo) {
                    on(
                            ResetUndo.of(reset.group(), group.stored(), image.topics()),
                            undo -> store(group, undo.change(), undo.result()));
                } else {
                    plan(group, group.stored());
                }
            });
        }
    }

    /** Goes on where nobody is in the group, and that is stored. */
    private void onceLeft(HostedGroup group, Runnable next) {
        Runnable ifLeft = () -> {
            if (group.machine().isEmpty() || !group.mustBeEmptyForResets()) {
                next.run();
            } else {
                reply.accept(Outcome.no(GroupCoordinator.notEmpty(reset.group())));
            }
        };
        if (group.machine().isEmpty()) {
            group.onceRecorded(reply, ifLeft);
        } else {
            ifLeft.run();
        }
    }

    private void plan(@Nullable HostedGroup group, StoredGroup stored) {
        on(ResetPlan.choices(reset, stored, image.topics()), chosen -> find(group, stored, chosen));
    }

    private <T> void on(Outcome<T> outcome, Consumer<T> next) {
        if (outcome instanceof Outcome.No<T> no) {
            reply.accept(Outcome.no(no.refusal()));
        } else if (outcome instanceof Outcome.Ok<T> ok) {
            next.accept(ok.value());
        }
    }

    private void find(@Nullable HostedGroup group, StoredGroup planned, List<Choice> chosen) {
        Position position = reset.target() instanceof ResetTarget.Time time
                ? new Position.Time(time.timestampMs())
                : new Position.Latest();
        List<Lookups.Question> questions = new ArrayList<>();
        chosen.forEach(choice -> {
            questions.add(new Lookups.Question(choice.topic(), choice.id(), new Position.Earliest()));
            questions.add(new Lookups.Question(choice.topic(), choice.id(), position));
        });
        new Lookups(lookup, loop)
                .all(
                        questions,
                        answers -> on(
                                offsets(chosen, answers),
                                after -> storeIfSame(group, planned, change(chosen, after), result(chosen, after))));
    }

    /** The partitions had to be asked, and meanwhile somebody may have come, committed and gone. */
    private void storeIfSame(
            @Nullable HostedGroup group, StoredGroup planned, GroupChange.Reset change, List<ResetOffset> result) {
        if (reset.isDryRun() || group == null) {
            reply.accept(Outcome.ok(result));
            return;
        }
        onceLeft(group, () -> {
            if (group.stored().offsets().equals(planned.offsets())) {
                store(group, change, result);
            } else {
                reply.accept(Outcome.no(Refusal.definite(
                        ErrorReason.CONFLICT,
                        "Group '" + reset.group() + "' has committed while its partitions were looked at")));
            }
        });
    }

    /**
     * Of each choice its new one, or the first refusal.
     *
     * @param answers two for each choice: its start, and what was looked for
     */
    private Outcome<List<GroupOffset>> offsets(List<Choice> chosen, List<Outcome<Found>> answers) {
        List<GroupOffset> offsets = new ArrayList<>();
        for (int i = 0; i < chosen.size(); i++) {
            Choice choice = chosen.get(i);
            Outcome<Found> found = answers.get(2 * i + 1);
            Outcome<Long> offset = answers.get(2 * i)
                    .fold(
                            start -> found.fold(
                                    at -> ResetPlan.offset(reset.target(), choice, start.offset(), at), Outcome::no),
                            Outcome::no);
            if (offset instanceof Outcome.No<Long> no) {
                return Outcome.no(no.refusal());
            }
            offsets.add(at(choice, ((Outcome.Ok<Long>) offset).value()));
        }
        return Outcome.ok(offsets);
    }

    private GroupOffset at(Choice choice, long offset) {
        return new GroupOffset(
                choice.topic(), choice.id().topicId(), choice.id().partition(), offset, -1, "", clock.wallMillis());
    }

    private GroupChange.Reset change(List<Choice> chosen, List<GroupOffset> after) {
        SortedMap<String, TopicReset> remembered = new TreeMap<>();
        for (int i = 0; i < chosen.size(); i++) {
            Choice choice = chosen.get(i);
            GroupOffset before = choice.before();
            remembered
                    .computeIfAbsent(
                            choice.topic(), topic -> new TopicReset(choice.id().topicId(), new TreeMap<>()))
                    .partitions()
                    .put(
                            choice.id().partition(),
                            new PartitionReset(
                                    before == null ? null : before.node(),
                                    after.get(i).offset()));
        }
        return new GroupChange.Reset(after, List.of(), new ResetNode(clock.wallMillis(), remembered));
    }

    private static List<ResetOffset> result(List<Choice> chosen, List<GroupOffset> after) {
        List<ResetOffset> result = new ArrayList<>();
        for (int i = 0; i < chosen.size(); i++) {
            Choice choice = chosen.get(i);
            GroupOffset before = choice.before();
            result.add(new ResetOffset(
                    choice.topic(),
                    choice.id().topicId(),
                    choice.id().partition(),
                    before == null ? OptionalLong.empty() : OptionalLong.of(before.offset()),
                    OptionalLong.of(after.get(i).offset())));
        }
        return result;
    }

    private void store(HostedGroup group, GroupChange.Reset change, List<ResetOffset> result) {
        if (reset.isDryRun()) {
            reply.accept(Outcome.ok(result));
        } else {
            group.write(change, reply, result);
        }
    }
}
