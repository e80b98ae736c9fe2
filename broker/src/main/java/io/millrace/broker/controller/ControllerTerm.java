package io.millrace.broker.controller;

import io.millrace.broker.core.BrokerImage;
import io.millrace.broker.core.BrokerIncarnation;
import io.millrace.broker.core.PartitionState;
import io.millrace.broker.core.Safeguard;
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
import io.millrace.coordinator.tree.Paths;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
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

    /** How often, and how long apart, a term that begins looks for missing leaders: long enough to hear their beats. */
    private static final int ROLL_CALLS = 10;

    private static final long ROLL_CALL_NS = TimeUnit.MILLISECONDS.toNanos(100);

    private final Coordinator coordinator;
    private final EventLoop loop;
    private final TreeReader reader;
    private final int controllerEpoch;
    private final Consumer<String> stepDown;
    private final NodeVersions versions = new NodeVersions();
    private final ArrayDeque<Input<?>> waiting = new ArrayDeque<>();
    private final ArrayDeque<BrokerIncarnation> burials = new ArrayDeque<>();
    private final LiveBrokers brokers;
    private final Supplier<Collection<BrokerImage>> heard;
    private final Consumer<List<RecordedChunk>> recorded;
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

    /**
     * @param heard the brokers that can be heard at the moment, this one among them
     * @param recorded told of partition states as soon as the tree has them
     * @param stepDown called, at most once, where this term cannot go on; says why
     */
    ControllerTerm(
            Coordinator coordinator,
            EventLoop loop,
            int controllerEpoch,
            Supplier<Collection<BrokerImage>> heard,
            Consumer<List<RecordedChunk>> recorded,
            Safeguards safeguards,
            Consumer<String> stepDown) {
        this.coordinator = coordinator;
        this.loop = loop;
        this.reader = new TreeReader(coordinator, loop);
        this.controllerEpoch = controllerEpoch;
        this.brokers = new LiveBrokers(safeguards);
        this.heard = heard;
        this.recorded = recorded;
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

    /** Elects without {@code broker} at once, and then takes its registration away, so that all others see it too. */
    void onDead(BrokerIncarnation broker) {
        brokers.onDead(broker);
        burials.add(broker);
        newestLive = brokers.live();
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
        onReading(reading);
        callRoll(ROLL_CALLS);
    }

    /**
     * Elects nobody yet while a recorded leader is neither registered nor heard, nor known to be dead: when ZooKeeper was
     * away for longer than a session lasts, and this process is new, the others' registrations and beats are on their way
     * (R46).
     */
    private void callRoll(int times) {
        if (times > 0 && isLeaderMissing()) {
            loop.schedule(ROLL_CALL_NS, () -> readBrokers(() -> callRoll(times - 1)));
            return;
        }
        LOG.info(
                "Controller with controllerEpoch {} has read {} topics; live are {}",
                controllerEpoch,
                state.topics().size(),
                brokers.live().values().stream().map(LiveBroker::incarnation).toList());
        isBusy = false;
        loop.schedule(TICK_NS, this::onTick);
        proceed();
    }

    private boolean isLeaderMissing() {
        return state.safeguards().has(Safeguard.R46_HEARD_IS_ALIVE)
                && state.topics().values().stream()
                        .flatMap(topic -> topic.partitions().values().stream())
                        .filter(partition -> partition.leader() != PartitionState.NO_LEADER)
                        .map(partition -> new BrokerIncarnation(partition.leader(), partition.leaderBrokerEpoch()))
                        .anyMatch(brokers::isMissing);
    }

    private void onTick() {
        if (isOver) {
            return;
        }
        loop.schedule(TICK_NS, this::onTick);
        calmTicks++;
        if (brokers.mustBeReadAgain(heard.get())) {
            onBrokersMayHaveChanged();
        }
        if (calmTicks >= CALM_TICKS && !isBusy && waiting.isEmpty()) {
            submit(new Input<>(false, state -> PreferredLeaders.balance(state, BALANCED_AT_ONCE), moved -> {}, 0, 0));
        }
    }

    private void proceed() {
        while (!isBusy
                && !isOver
                && (newestLive != null || mustReadBrokers || !burials.isEmpty() || !waiting.isEmpty())) {
            SortedMap<Integer, LiveBroker> live = newestLive;
            if (live != null) {
                newestLive = null;
                calmTicks = 0;
                carryOut(alone(brokersChanged(live)));
            } else if (mustReadBrokers) {
                mustReadBrokers = false;
                isBusy = true;
                readBrokers(() -> {
                    isBusy = false;
                    proceed();
                });
            } else if (!burials.isEmpty()) {
                bury(burials.remove());
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

    private void readBrokers(Runnable next) {
        Continuation.on(loop, reader.brokers(), (nodes, failure) -> {
            if (isAnswer(nodes, failure)) {
                versions.read(nodes);
                onReading(new TreeReading(nodes));
                next.run();
            }
        });
    }

    private void onReading(TreeReading reading) {
        brokers.onReading(reading, heard.get());
        newestLive = brokers.live();
    }

    private void bury(BrokerIncarnation broker) {
        if (!brokers.isDead(broker)) {
            return;
        }
        isBusy = true;
        List<Operation> transaction = List.of(
                new Operation.Check(Paths.CONTROLLER_EPOCH, controllerEpoch),
                new Operation.Delete(Paths.live(broker.id(), broker.epoch()), Operation.ANY_VERSION));
        Continuation.on(loop, coordinator.commit(transaction), (result, failure) -> {
            // Gone already is as good.
            if (result instanceof CommitResult.Committed
                    || (result instanceof CommitResult.Refused refused && refused.index() == 1)) {
                isBusy = false;
                proceed();
            } else {
                giveUp(reason(transaction, result, failure));
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
            isBusy = false;
            batch.answer();
            // Behind the image that follows from it: whoever leads now need not wait for words.
            loop.execute(() -> batch.writes().forEach(write -> write.deliverTo(log)));
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
                tell(transaction);
                commit(batch, transactions, index + 1);
                proceed();
            } else {
                batch.fail(index > 0 || !(result instanceof CommitResult.Refused));
                giveUp(reason(transaction, result, failure));
            }
        });
    }

    private void tell(List<Operation> transaction) {
        List<RecordedChunk> chunks = RecordedChunk.of(transaction);
        if (!chunks.isEmpty()) {
            recorded.accept(chunks);
        }
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
