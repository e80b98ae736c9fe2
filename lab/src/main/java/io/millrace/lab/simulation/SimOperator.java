package io.millrace.lab.simulation;

import io.millrace.broker.core.ErrorReason;
import io.millrace.broker.core.Outcome;
import io.millrace.broker.core.Refusal;
import io.millrace.broker.core.TopicPartition;
import io.millrace.broker.group.Groups;
import io.millrace.broker.group.OffsetReset;
import io.millrace.broker.group.OffsetReset.TopicChoice;
import io.millrace.broker.group.ResetOffset;
import io.millrace.broker.group.ResetTarget;
import io.millrace.lab.simulation.check.Asked;
import io.millrace.lab.simulation.check.GroupWatch;
import io.millrace.lab.simulation.cluster.SimHost;
import io.millrace.lab.simulation.seam.Chance;
import io.millrace.lab.simulation.seam.SimProcess;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A person with the command line: one deed after the other, to groups and to topics. */
final class SimOperator {

    private static final String ADDRESS = "operator";
    private static final long CALL_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(2);
    private static final long PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(300);
    private static final int MAX_TRIES = 20;

    private final Workload workload;
    private final Stage stage;
    private final SwarmPlan plan;
    private final Chance chance;
    private final SimProcess process;
    private final TopicRecreation recreation;
    private int broker = 1;
    private int triesLeft;
    private boolean isPatient;
    private boolean isCalm;
    private boolean isBusy;

    SimOperator(Workload workload, Stage stage, SwarmPlan plan, Chance chance) {
        this.workload = workload;
        this.stage = stage;
        this.plan = plan;
        this.chance = chance.forUse(ADDRESS);
        this.process = stage.cluster().time().process(ADDRESS);
        this.recreation = new TopicRecreation(stage, ADDRESS, process, this.chance);
    }

    void start() {
        if (!plan.deeds().isEmpty() && plan.groups() > 0) {
            later(chance.between(0, 2 * plan.deedEveryNs()), this::next);
        }
    }

    /** Begins nothing any more. */
    void calm() {
        isCalm = true;
    }

    /** Whether it has come to the end of what it has begun. */
    boolean isIdle() {
        return !isBusy;
    }

    private void later(long delayNs, Runnable task) {
        stage.cluster().time().after(delayNs, process, task);
    }

    private void next() {
        if (isCalm) {
            return;
        }
        isBusy = true;
        triesLeft = MAX_TRIES;
        String group = chance.oneOf(workload.groups());
        isPatient = chance.oneIn(2);
        if (isPatient) {
            // Most of it can only be done to a group that nobody is in.
            workload.stopMembers(group, chance);
        }
        act(chance.oneOf(plan.deeds()), group);
    }

    private void act(Deed deed, String group) {
        switch (deed) {
            case DELETE_GROUP -> delete(group, outcome -> done());
            case DELETE_OFFSETS ->
                deleteOffsets(group, chance.oneOf(plan.topics()).name());
            case RESET -> reset(group, target(), chance.oneIn(4), outcome -> done());
            case RESET_AND_UNDO ->
                reset(
                        group,
                        target(),
                        false,
                        outcome -> later(
                                chance.between(0, plan.deedEveryNs()),
                                () -> reset(group, new ResetTarget.Undo(), false, undone -> done())));
            case RECREATE_TOPIC -> recreation.run(chance.oneOf(plan.topics()), this::done);
        }
    }

    private void done() {
        isBusy = false;
        start();
    }

    private void delete(String group, Consumer<Outcome<Boolean>> then) {
        ask("delete " + group, (groups, reply) -> groups.delete(group, reply), then);
    }

    private void deleteOffsets(String group, String topic) {
        this.<Boolean>ask(
                "delete " + group + " " + topic,
                (groups, reply) -> groups.deleteOffsets(group, topic, reply),
                outcome -> done());
    }

    private ResetTarget target() {
        return switch (chance.between(0, 3)) {
            case 0 -> new ResetTarget.Earliest();
            case 1 -> new ResetTarget.Latest();
            case 2 -> new ResetTarget.Shift(chance.between(-50, 50));
            default -> stage.partitions().isEmpty() ? new ResetTarget.Latest() : exact();
        };
    }

    private ResetTarget exact() {
        TopicPartition partition = chance.oneOf(stage.partitions());
        long offset = chance.between(0, stage.checks().committedEnd(partition) + 1);
        return new ResetTarget.Exact(
                List.of(new ResetTarget.Value(stage.name(partition.topicId()), null, partition.partition(), offset)));
    }

    private void reset(String group, ResetTarget target, boolean isDryRun, Consumer<Outcome<List<ResetOffset>>> then) {
        boolean isUndo = target instanceof ResetTarget.Undo;
        List<TopicChoice> topics =
                isUndo || target instanceof ResetTarget.Exact || stage.topics().isEmpty()
                        ? List.of()
                        : List.of(new TopicChoice(chance.oneOf(stage.topics()).name(), List.of()));
        OffsetReset reset = new OffsetReset(group, chance.oneIn(3) ? List.of() : topics, target, isDryRun);
        TreeMap<TopicPartition, Integer> marks = new TreeMap<>();
        stage.partitions().forEach(partition -> marks.put(partition, watch().mark(group, partition)));
        this.<List<ResetOffset>>ask(
                isDryRun ? null : (isUndo ? "undo " : "reset ") + group,
                (groups, reply) -> groups.reset(reset, reply),
                outcome -> {
                    if (!isDryRun && outcome instanceof Outcome.Ok<List<ResetOffset>> ok) {
                        ok.value().forEach(set -> requireSet(group, set, marks));
                    }
                    then.accept(outcome);
                });
    }

    private GroupWatch watch() {
        return stage.checks().groups();
    }

    private void requireSet(String group, ResetOffset set, Map<TopicPartition, Integer> marks) {
        TopicPartition partition = new TopicPartition(set.topicId(), set.partition());
        // A topic that is younger than the question: whenever that was.
        int mark = marks.getOrDefault(partition, 0);
        watch().onSetByHand(group, partition, mark, set.after().orElse(-1));
    }

    /** @param what null where nothing may come of it */
    private <A> void ask(
            @Nullable String what, BiConsumer<Groups, Consumer<Outcome<A>>> question, Consumer<Outcome<A>> then) {
        Asked.Request request = what == null ? null : stage.checks().asked().ask(what);
        stage.cluster()
                .network()
                .call(
                        ADDRESS,
                        process,
                        SimHost.address(broker),
                        CALL_TIMEOUT_NS,
                        new GroupDeed<A>(question, request, outcome -> {
                            if (outcome instanceof Outcome.No<A> no && mayComeToIt(no.refusal()) && triesLeft-- > 0) {
                                later(chance.between(PAUSE_NS / 10, PAUSE_NS), () -> ask(what, question, then));
                            } else {
                                then.accept(outcome);
                            }
                        }));
    }

    /** Whether another broker, or this one later, may do it. */
    private boolean mayComeToIt(Refusal refusal) {
        Refusal.LeaderHint hint = refusal.leader();
        ErrorReason reason = refusal.reason();
        if (reason == ErrorReason.GROUP_NOT_EMPTY) {
            return isPatient;
        }
        broker = hint != null && hint.brokerId() > 0
                ? hint.brokerId()
                : chance.between(1, stage.cluster().hosts().size());
        return refusal.definite()
                && (reason == ErrorReason.NOT_GROUP_COORDINATOR || reason == ErrorReason.COORDINATOR_NOT_AVAILABLE);
    }

    /** Nobody is in the groups any more: resets them and deletes them, until there is none. */
    void clearAway() {
        isBusy = true;
        isPatient = true;
        triesLeft = Integer.MAX_VALUE;
        clearAway(new ArrayDeque<>(workload.groups()));
    }

    private void clearAway(Queue<String> groups) {
        String group = groups.peek();
        if (group == null) {
            isBusy = false;
            return;
        }
        reset(
                group,
                new ResetTarget.Latest(),
                false,
                reset -> delete(group, deleted -> {
                    boolean isGone = deleted.fold(
                            done -> true,
                            refusal -> refusal.definite() && refusal.reason() == ErrorReason.UNKNOWN_GROUP);
                    if (isGone) {
                        groups.remove();
                    }
                    later(PAUSE_NS, () -> clearAway(groups));
                }));
    }
}
