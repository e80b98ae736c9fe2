package io.millrace.lab.simulation;

import io.millrace.broker.core.Acks;
import io.millrace.broker.core.Appended;
import io.millrace.broker.core.ErrorReason;
import io.millrace.broker.core.Outcome;
import io.millrace.broker.core.Refusal;
import io.millrace.broker.core.TopicPartition;
import io.millrace.lab.history.ClientEvent.ProduceOk;
import io.millrace.lab.simulation.check.Telling;
import io.millrace.lab.simulation.check.Values;
import io.millrace.lab.simulation.check.Violation;
import io.millrace.lab.simulation.cluster.SimHost;
import io.millrace.lab.simulation.seam.Chance;
import io.millrace.lab.simulation.seam.SimCall;
import io.millrace.lab.simulation.seam.SimPeer;
import io.millrace.lab.simulation.seam.SimProcess;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Writes with a producer id, and sends each batch again and again until it is acknowledged: it must be stored once. One
 * batch of a partition is under way at a time.
 */
final class SimProducer {

    private static final long COMMIT_TIMEOUT_NS = TimeUnit.MILLISECONDS.toNanos(700);
    private static final long CALL_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(100);

    private final Workload workload;
    private final long producerId;
    private final String address;
    private final long everyNs;
    private final Chance chance;
    private final SimProcess process;
    private final TreeMap<TopicPartition, Batch> underWay = new TreeMap<>();
    private final TreeMap<TopicPartition, Integer> sequences = new TreeMap<>();
    private final TreeMap<TopicPartition, Integer> newestEpochs = new TreeMap<>();
    private boolean stopped;

    SimProducer(Workload workload, long producerId, long everyNs, Chance chance) {
        this.workload = workload;
        this.producerId = producerId;
        this.address = "producer-" + producerId;
        this.everyNs = everyNs;
        this.chance = chance.forUse(address);
        this.process = workload.cluster().time().process(address);
    }

    void start() {
        workload.cluster().time().after(chance.between(0, 2 * everyNs), process, this::next);
    }

    void stop() {
        stopped = true;
    }

    private void next() {
        if (stopped) {
            return;
        }
        List<TopicPartition> partitions = workload.partitions();
        if (partitions.isEmpty()) {
            start();
            return;
        }
        TopicPartition partition = chance.oneOf(partitions);
        if (!underWay.containsKey(partition)) {
            int count = chance.between(1, 3);
            Batch batch = new Batch(partition, workload.newValues(count), count);
            underWay.put(partition, batch);
            batch.send();
        }
        start();
    }

    private Telling telling() {
        return workload.checks().telling();
    }

    /** One batch, until it is acknowledged. */
    private final class Batch implements SimCall.Client<Outcome<Appended>> {
        private final TopicPartition partition;
        private final long firstValue;
        private final int count;
        private final int sequence;
        private final long op;
        private int broker = 1;

        Batch(TopicPartition partition, long firstValue, int count) {
            this.partition = partition;
            this.firstValue = firstValue;
            this.count = count;
            this.sequence = sequences.getOrDefault(partition, 0);
            this.op = telling().produce(address, partition, firstValue, count, true);
        }

        void send() {
            if (!workload.isThere(partition)) {
                underWay.remove(partition);
            } else if (!stopped) {
                workload.cluster().network().call(address, process, SimHost.address(broker), CALL_TIMEOUT_NS, this);
            }
        }

        @Override
        public void serve(SimPeer peer, Consumer<Outcome<Appended>> reply) {
            long nowMs = workload.cluster().time().wallMillis();
            peer.partitions()
                    .produce(
                            partition,
                            Values.batch(firstValue, count, nowMs)
                                    .producer(producerId, (short) 0, sequence)
                                    .build(),
                            Acks.ALL,
                            COMMIT_TIMEOUT_NS,
                            reply);
        }

        @Override
        public void onAnswer(Outcome<Appended> answer) {
            if (answer instanceof Outcome.Ok<Appended> ok) {
                workload.checks().onAcknowledged(partition, ok.value().baseOffset(), firstValue, count);
                workload.onAcknowledged(partition);
                Appended stored = ok.value();
                telling().tell(address, at -> new ProduceOk(at, op, stored.baseOffset(), stored.leaderEpoch(), true));
                newestEpochs.merge(partition, ok.value().leaderEpoch(), Math::max);
                underWay.remove(partition);
                sequences.put(partition, sequence + count);
            } else {
                onRefusal(((Outcome.No<Appended>) answer).refusal());
            }
        }

        private void onRefusal(Refusal refusal) {
            Refusal.LeaderHint hint = refusal.leader();
            if (refusal.reason() == ErrorReason.OUT_OF_ORDER_SEQUENCE
                    || refusal.reason() == ErrorReason.UNKNOWN_PRODUCER_ID) {
                requireDeposed(refusal);
                hint = null;
            }
            broker = hint != null && hint.brokerId() > 0 ? hint.brokerId() : anyBroker();
            sendLater();
        }

        /** S5: in the order of its sequences only a leader that is none any more can refuse it for them. */
        private void requireDeposed(Refusal refusal) {
            Refusal.LeaderHint by = refusal.leader();
            if (by == null || by.leaderEpoch() >= newestEpochs.getOrDefault(partition, 0)) {
                throw new Violation("S5", partition + ": sequence " + sequence + " of " + address + ": " + refusal);
            }
        }

        @Override
        public void onFailure(boolean maybeServed) {
            broker = anyBroker();
            sendLater();
        }

        private int anyBroker() {
            return chance.between(1, workload.cluster().hosts().size());
        }

        private void sendLater() {
            workload.cluster().time().after(chance.between(PAUSE_NS / 10, PAUSE_NS), process, this::send);
        }
    }
}
