package io.millrace.lab.simulation;

import io.millrace.broker.core.Acks;
import io.millrace.broker.core.Appended;
import io.millrace.broker.core.Outcome;
import io.millrace.broker.core.Refusal;
import io.millrace.broker.core.TopicPartition;
import io.millrace.broker.replication.PartitionServer.Fetched;
import io.millrace.lab.history.ClientEvent.ProduceOk;
import io.millrace.lab.simulation.check.Telling;
import io.millrace.lab.simulation.check.Values;
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
 * Writes unique values and reads what is committed. It asks whom it takes for the leader, learns by refusals, and sends
 * each value once: what became of a write without a clear answer is nobody's promise.
 */
final class SimClient {

    private static final long COMMIT_TIMEOUT_NS = TimeUnit.MILLISECONDS.toNanos(1_500);
    private static final long CALL_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(2);
    private static final int FETCH_BYTES = 4_000;

    private final Workload workload;
    private final String address;
    private final long everyNs;
    private final Chance chance;
    private final SimProcess process;
    private final TreeMap<TopicPartition, Integer> leaders = new TreeMap<>();
    private final TreeMap<TopicPartition, Long> positions = new TreeMap<>();
    private boolean stopped;

    SimClient(Workload workload, String address, long everyNs, Chance chance) {
        this.workload = workload;
        this.address = address;
        this.everyNs = everyNs;
        this.chance = chance;
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
        if (!partitions.isEmpty()) {
            TopicPartition partition = chance.oneOf(partitions);
            if (chance.oneIn(4)) {
                fetch(partition);
            } else {
                produce(partition);
            }
        }
        start();
    }

    private void produce(TopicPartition partition) {
        int count = chance.oneIn(4) ? chance.between(2, 4) : 1;
        call(partition, new Write(partition, workload.newValues(count), count, acks()));
    }

    private Acks acks() {
        return chance.oneIn(8) ? Acks.LEADER : Acks.ALL;
    }

    private void fetch(TopicPartition partition) {
        // Now and then from the beginning, so that what is old is looked at again by another leader.
        long position = chance.oneIn(20) ? 0 : positions.getOrDefault(partition, 0L);
        call(partition, new Read(partition, position));
    }

    private <A> void call(TopicPartition partition, SimCall.Client<A> call) {
        int broker = leaders.getOrDefault(partition, 1);
        workload.cluster().network().call(address, process, SimHost.address(broker), CALL_TIMEOUT_NS, call);
    }

    private void guessAnotherLeader(TopicPartition partition) {
        leaders.put(partition, chance.between(1, workload.cluster().hosts().size()));
    }

    private void learnFrom(TopicPartition partition, Refusal refusal) {
        Refusal.LeaderHint hint = refusal.leader();
        if (hint != null && hint.brokerId() > 0) {
            leaders.put(partition, hint.brokerId());
        } else {
            guessAnotherLeader(partition);
        }
    }

    private Telling telling() {
        return workload.checks().telling();
    }

    /** One batch, once. */
    private final class Write implements SimCall.Client<Outcome<Appended>> {
        private final TopicPartition partition;
        private final long firstValue;
        private final int count;
        private final Acks acks;
        private final long op;
        private boolean served;

        Write(TopicPartition partition, long firstValue, int count, Acks acks) {
            this.partition = partition;
            this.firstValue = firstValue;
            this.count = count;
            this.acks = acks;
            this.op = telling().produce(address, partition, firstValue, count, false);
        }

        @Override
        public void serve(SimPeer peer, Consumer<Outcome<Appended>> reply) {
            // gRPC does not send a write twice by itself; only a producer with an id may ask for that.
            if (!served) {
                served = true;
                long nowMs = workload.cluster().time().wallMillis();
                peer.partitions()
                        .produce(
                                partition,
                                Values.batch(firstValue, count, nowMs).build(),
                                acks,
                                COMMIT_TIMEOUT_NS,
                                reply);
            }
        }

        @Override
        public void onAnswer(Outcome<Appended> answer) {
            if (answer instanceof Outcome.Ok<Appended> ok) {
                onStored(ok.value());
            } else {
                Refusal refusal = ((Outcome.No<Appended>) answer).refusal();
                telling().failed(address, op, refusal.definite(), refusal.reason());
                if (refusal.definite()) {
                    workload.checks().onRefused(partition, firstValue, count);
                }
                learnFrom(partition, refusal);
            }
        }

        private void onStored(Appended appended) {
            boolean isCommitted = appended.stage() == Appended.Stage.COMMITTED;
            telling()
                    .tell(
                            address,
                            at -> new ProduceOk(at, op, appended.baseOffset(), appended.leaderEpoch(), isCommitted));
            if (isCommitted) {
                workload.checks().onAcknowledged(partition, appended.baseOffset(), firstValue, count);
                workload.onAcknowledged(partition);
            }
        }

        @Override
        public void onFailure(boolean maybeServed) {
            telling().failed(address, op, !maybeServed, "NO_ANSWER");
            if (!maybeServed) {
                workload.checks().onRefused(partition, firstValue, count);
            }
            guessAnotherLeader(partition);
        }
    }

    /** One fetch. */
    private final class Read implements SimCall.Client<Outcome<Fetched>> {
        private final TopicPartition partition;
        private final long position;
        private final long askedNs = workload.cluster().time().nanoTime();

        Read(TopicPartition partition, long position) {
            this.partition = partition;
            this.position = position;
        }

        @Override
        public void serve(SimPeer peer, Consumer<Outcome<Fetched>> reply) {
            peer.partitions().fetch(partition, position, 1, FETCH_BYTES, CALL_TIMEOUT_NS / 4, reply);
        }

        @Override
        public void onAnswer(Outcome<Fetched> answer) {
            if (answer instanceof Outcome.Ok<Fetched> ok) {
                telling().fetched(address, askedNs, partition, position, ok.value());
                workload.checks().onRead(partition, position, ok.value().batches());
                positions.merge(partition, ok.value().nextOffset(), Math::max);
                workload.onRead();
            } else {
                learnFrom(partition, ((Outcome.No<Fetched>) answer).refusal());
            }
        }

        @Override
        public void onFailure(boolean maybeServed) {
            guessAnotherLeader(partition);
        }
    }
}
