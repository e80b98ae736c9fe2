package io.millrace.broker.controller;

import io.millrace.broker.core.Safeguards;
import io.millrace.broker.core.controller.ClusterState;
import io.millrace.broker.core.controller.LeaderElection;
import io.millrace.broker.core.controller.LiveBroker;
import io.millrace.broker.core.controller.PreferredLeaders;
import io.millrace.broker.runtime.Continuation;
import io.millrace.broker.runtime.EventLoop;
import io.millrace.coordinator.CommitResult;
import io.millrace.coordinator.Coordinator;
import io.millrace.coordinator.CoordinatorException;
import io.millrace.coordinator.Node;
import io.millrace.coordinator.Operation;
import java.util.ArrayDeque;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One term as controller, from an election to the end of it; all on the loop.
 *
 * <p>Reads the tree, then takes one input after the other: decide, record, answer. The state that the next input is
 * decided upon is recorded. Where a write is refused or its outcome is unknown, what was read no longer holds, and the
 * term ends; the next one reads again. Nothing is ever retried within a term.
 *
 * <p>Brokers' coming and going is a level, not an event: whatever the hint, the registered brokers are read afresh.
 */
final class ControllerTerm {

    private static final Logger LOG = LoggerFactory.getLogger(ControllerTerm.class);

    /** Leaders have one proposal each under way, so more than that is a service that has stopped answering. */
    private static final int MAX_WAITING = 100_000;

    private static final long TICK_NS = TimeUnit.SECONDS.toNanos(1);
    /** Leaderships move back only when no broker has come or gone for as many ticks: one trouble at a time. */
    private static final int CALM_TICKS = 3;
    /** Moved at once: each costs its partition's writers a moment. */
    private static final int BALANCED_AT_ONCE = 50;

    private final Coordinator coordinator;
    private final EventLoop loop;
    private final TreeReader reader;
    private final int controllerEpoch;
    private final Consumer<String> stepDown;
    private final NodeVersions versions = new NodeVersions();
    private final ArrayDeque<Input<?>> waiting = new ArrayDeque<>();
    private final DecisionLog log = new DecisionLog();

    private ClusterState state;
    /**
     * Who was live when that was read last, null once it has been acted upon. One place and no queue: an older reading must
     * never be acted upon after a newer one.
     */
    private @Nullable SortedMap<Integer, LiveBroker> newestLive;

    private int calmTicks;
    private boolean isBusy = true;
    private boolean mustReadBrokers;
    private boolean isOver;

    /** @param stepDown called, at most once, where this term cannot go on; says why */
    ControllerTerm(
            Coordinator coordinator,
            EventLoop loop,
            int controllerEpoch,
            Safeguards safeguards,
            Consumer<String> stepDown) {
        this.coordinator = coordinator;
        this.loop = loop;
        this.reader = new TreeReader(coordinator, loop);
        this.controllerEpoch = controllerEpoch;
        this.stepDown = stepDown;
        this.state = ClusterState.read(controllerEpoch, new TreeMap<>(), new TreeSet<>(), safeguards);
    }

    void begin() {
        Continuation.on(loop, reader.brokersAndTopics(), (nodes, failure) -> {
            if (isAnswer(nodes, failure)) {
                begin(nodes);
            }
        });
    }

    /** Answers at once where the term is over. */
    void submit(Input<?> input) {
        if (isOver || waiting.size() >= MAX_WAITING) {
            input.answerNotDone();
            return;
        }
        waiting.add(input);
        proceed();
    }

    void onBrokersMayHaveChanged() {
        mustReadBrokers = true;
        proceed();
    }

    /** Answers what waits; what is on its way to the tree is answered when its outcome is known. */
    void end() {
        isOver = true;
        waiting.forEach(Input::answerNotDone);
        waiting.clear();
    }

    private void begin(List<Node> nodes) {
        versions.read(nodes);
        TreeReading reading = new TreeReading(nodes);
        state = reading.state(controllerEpoch, state.safeguards());
        LOG.info(
                "Controller with controllerEpoch {} has read {} topics and {} live brokers",
                controllerEpoch,
                state.topics().size(),
                reading.live().size());
        newestLive = reading.live();
        isBusy = false;
        loop.schedule(TICK_NS, this::onTick);
        proceed();
    }

    private void onTick() {
        if (isOver) {
            return;
        }
        loop.schedule(TICK_NS, this::onTick);
        calmTicks++;
        if (calmTicks >= CALM_TICKS && !isBusy && waiting.isEmpty()) {
            submit(new Input<>(false, state -> PreferredLeaders.balance(state, BALANCED_AT_ONCE), moved -> {}, 0, 0));
        }
    }

    private void proceed() {
        while (!isBusy && !isOver && (mustReadBrokers || newestLive != null || !waiting.isEmpty())) {
            SortedMap<Integer, LiveBroker> live = newestLive;
            if (mustReadBrokers) {
                mustReadBrokers = false;
                readBrokers();
            } else if (live != null) {
                newestLive = null;
                calmTicks = 0;
                carryOut(alone(brokersChanged(live)));
            } else {
                carryOut(nextBatch());
            }
        }
    }

    private Batch alone(Input<?> input) {
        Batch batch = new Batch(state);
        batch.add(input);
        return batch;
    }

    private Batch nextBatch() {
        Batch batch = new Batch(state);
        Input<?> first = waiting.remove();
        batch.add(first);
        while (first.isJoinable() && !waiting.isEmpty() && waiting.peek().isJoinable()) {
            batch.add(waiting.remove());
        }
        return batch;
    }

    private void readBrokers() {
        isBusy = true;
        Continuation.on(loop, reader.brokers(), (nodes, failure) -> {
            if (isAnswer(nodes, failure)) {
                versions.read(nodes);
                newestLive = new TreeReading(nodes).live();
                isBusy = false;
                proceed();
            }
        });
    }

    private static Input<Integer> brokersChanged(SortedMap<Integer, LiveBroker> live) {
        return new Input<>(false, state -> LeaderElection.onBrokersChanged(state, live), changed -> {}, 0, 0);
    }

    private void carryOut(Batch batch) {
        isBusy = true;
        commit(batch, WritePlan.of(batch.next(), batch.writes(), versions), 0);
    }

    private void commit(Batch batch, List<List<Operation>> transactions, int index) {
        if (index == transactions.size()) {
            state = batch.next();
            batch.writes().forEach(write -> write.deliverTo(log));
            isBusy = false;
            batch.answer();
            return;
        }
        if (isOver) {
            batch.fail(index > 0);
            return;
        }
        List<Operation> transaction = transactions.get(index);
        Continuation.on(loop, coordinator.commit(transaction), (result, failure) -> {
            if (result instanceof CommitResult.Committed committed) {
                versions.committed(transaction, committed);
                commit(batch, transactions, index + 1);
                proceed();
            } else {
                batch.fail(index > 0 || !(result instanceof CommitResult.Refused));
                giveUp(reason(transaction, result, failure));
            }
        });
    }

    private static String reason(
            List<Operation> transaction, @Nullable CommitResult result, @Nullable Throwable failure) {
        if (result instanceof CommitResult.Refused refused) {
            return refused.index() == 0
                    ? "another controller was elected"
                    : "the tree is not as it was read: " + refused.reason() + " at "
                            + transaction.get(refused.index()).path();
        }
        return "the outcome of a write is unknown: " + (result == null ? failure : result);
    }

    /** Whether reading went well; where it did not, the term ends. */
    private boolean isAnswer(@Nullable List<Node> nodes, @Nullable Throwable failure) {
        if (failure != null && !(failure instanceof CoordinatorException)) {
            throw new IllegalStateException("Reading the tree failed", failure);
        }
        if (nodes == null) {
            giveUp("the tree cannot be read: " + failure);
        }
        return nodes != null && !isOver;
    }

    private void giveUp(String why) {
        if (!isOver) {
            end();
            stepDown.accept(why);
        }
    }
}
