package io.millrace.lab.simulation;

import io.millrace.broker.core.Acks;
import io.millrace.broker.core.Appended;
import io.millrace.broker.core.ClusterImage;
import io.millrace.broker.core.Durability;
import io.millrace.broker.core.Outcome;
import io.millrace.broker.core.Safeguards;
import io.millrace.broker.core.TopicConfig;
import io.millrace.broker.core.TopicPartition;
import io.millrace.broker.replication.ReplicaView;
import io.millrace.broker.replication.ReplicationSettings;
import io.millrace.coordinator.Node;
import io.millrace.coordinator.tree.StateChunk.PartitionNode;
import io.millrace.lab.history.HistorySink;
import io.millrace.lab.simulation.check.Values;
import io.millrace.lab.simulation.check.Violation;
import io.millrace.lab.simulation.cluster.ClusterPlan;
import io.millrace.lab.simulation.cluster.SimBroker;
import io.millrace.lab.simulation.cluster.SimHost;
import io.millrace.lab.simulation.seam.Chance;
import io.millrace.lab.simulation.seam.NetworkPlan;
import java.util.List;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Four brokers, of which one is the controller and hosts nothing that matters, and one partition on the other three: in
 * the order of assignment {@link #a}, {@link #b} and {@link #c}. Nothing happens by chance; the script says what does.
 */
final class Scene {

    private static final long SESSION_TIMEOUT_MS = 1_000;
    /** Long enough to restart a broker before anybody takes it for dead. */
    private static final long LIVENESS_TIMEOUT_MS = 600;

    private static final long REFUSED_PAUSE_NS = 20_000_000;
    private static final long PATIENCE_MS = 20_000;

    final SimHost a;
    final SimHost b;
    final SimHost c;

    private final Stage stage;
    private final TopicPartition partition;
    private long nextValue = 1;

    /**
     * What differs between scenes.
     *
     * @param lagMaxMs a follower that is behind for longer leaves the in-sync set
     * @param minFreeBytes a disk with less takes no records; a simulated one always has a GiB
     */
    record Setting(Durability durability, int minInsyncReplicas, long lagMaxMs, long minFreeBytes) {

        static final Setting USUAL = new Setting(Durability.FSYNC, 2, 30_000, 0);

        Setting withLagMaxMs(long ms) {
            return new Setting(durability, minInsyncReplicas, ms, minFreeBytes);
        }

        Setting withDurability(Durability other) {
            return new Setting(other, minInsyncReplicas, lagMaxMs, minFreeBytes);
        }

        Setting withFullDisks() {
            return new Setting(durability, minInsyncReplicas, lagMaxMs, Long.MAX_VALUE);
        }
    }

    Scene(Setting setting, Safeguards safeguards) {
        stage = new Stage(plan(setting, safeguards), new Chance(1), HistorySink.NONE);
        stage.start(List.of(new TopicPlan("t", 4, 3, setting.minInsyncReplicas(), setting.durability())));
        int controller = Objects.requireNonNull(
                        Objects.requireNonNull(stage.controller()).incarnation())
                .id();
        partition = stage.partitions().stream()
                .filter(candidate -> !state(candidate).replicas().contains(controller))
                .findFirst()
                .orElseThrow();
        List<Integer> replicas = state(partition).replicas();
        a = host(replicas.get(0));
        b = host(replicas.get(1));
        c = host(replicas.get(2));
        awaitLeader(a);
    }

    /** Another topic, of two replicas each of which may lead alone. */
    void createOfTwo() {
        stage.create(new TopicPlan("two", 12, 2, 1, Durability.FSYNC));
    }

    /** Whoever was led by the broker, in any topic, is led by another one. */
    void awaitAllLedWithout(SimHost host) {
        await(
                "nothing is led by broker " + host.brokerId(),
                () -> stage.partitions().stream()
                        .allMatch(
                                each -> state(each).leader() >= 0 && state(each).leader() != host.brokerId()));
    }

    private static ClusterPlan plan(Setting setting, Safeguards safeguards) {
        long ms = TimeUnit.MILLISECONDS.toNanos(1);
        return new ClusterPlan(
                4,
                new NetworkPlan(ms / 2, ms, 0, 0, 0, 20 * ms),
                new ReplicationSettings(
                        setting.lagMaxMs() * ms, 1 << 20, 1 << 18, 5 * ms, 50 * ms, setting.minFreeBytes(), safeguards),
                SESSION_TIMEOUT_MS * ms,
                LIVENESS_TIMEOUT_MS * ms,
                ms / 20,
                ms / 2);
    }

    private SimHost host(int id) {
        return stage.cluster().hosts().get(id - 1);
    }

    /** The host of the present controller. */
    SimHost controller() {
        SimBroker controller = Objects.requireNonNull(stage.controller());
        return host(Objects.requireNonNull(controller.incarnation()).id());
    }

    private PartitionNode state(TopicPartition of) {
        return Objects.requireNonNull(stage.checks().state(of));
    }

    SimHost leader() {
        return host(state().leader());
    }

    PartitionNode state() {
        return state(partition);
    }

    static SimBroker broker(SimHost host) {
        return Objects.requireNonNull(host.running(), "the broker is not up");
    }

    /** Gives a broker a record for acks ALL, whatever comes of it. */
    void offer(SimHost host) {
        send(host, Acks.ALL, acknowledged -> {});
        runMs(30);
    }

    /** Gives a broker a record for acks LEADER. */
    void offerToLeaderAlone(SimHost host) {
        send(host, Acks.LEADER, acknowledged -> {});
        runMs(30);
    }

    /** Gives the leader a record and waits until it is acknowledged; where it is refused, another one. */
    void write(SimHost leader) {
        boolean[] isWritten = new boolean[1];
        sendUntilAcknowledged(leader, isWritten);
        await("a record acknowledged", () -> isWritten[0]);
    }

    /** Gives a broker a record for acks ALL; tells whether it was acknowledged so far. */
    BooleanSupplier give(SimHost host) {
        boolean[] isWritten = new boolean[1];
        send(host, Acks.ALL, acknowledged -> isWritten[0] = acknowledged);
        runMs(30);
        return () -> isWritten[0];
    }

    private void sendUntilAcknowledged(SimHost leader, boolean[] isWritten) {
        send(leader, Acks.ALL, acknowledged -> {
            isWritten[0] = acknowledged;
            if (!acknowledged) {
                inTheWorld(REFUSED_PAUSE_NS, () -> sendUntilAcknowledged(leader, isWritten));
            }
        });
    }

    private void send(SimHost host, Acks acks, Consumer<Boolean> onAcknowledged) {
        long value = nextValue++;
        SimBroker broker = broker(host);
        stage.cluster()
                .time()
                .after(
                        0,
                        broker.process(),
                        () -> broker.partitions()
                                .produce(
                                        partition,
                                        Values.batch(value, 1, 0).build(),
                                        acks,
                                        TimeUnit.SECONDS.toNanos(60),
                                        // After the broker's own event, by which the checks learn what it has
                                        // committed.
                                        answer -> inTheWorld(
                                                0, () -> onAcknowledged.accept(isAcknowledged(answer, value)))));
    }

    private boolean isAcknowledged(Outcome<Appended> answer, long value) {
        boolean isCommitted =
                answer instanceof Outcome.Ok<Appended> ok && ok.value().stage() == Appended.Stage.COMMITTED;
        if (isCommitted) {
            long offset = ((Outcome.Ok<Appended>) answer).value().baseOffset();
            stage.checks().onAcknowledged(partition, offset, value, 1);
        }
        if (answer instanceof Outcome.No<Appended> no && no.refusal().definite()) {
            stage.checks().onRefused(partition, value, 1);
        }
        return isCommitted;
    }

    private void inTheWorld(long delayNs, Runnable task) {
        stage.cluster().time().after(delayNs, stage.cluster().time().world(), task);
    }

    /** Nothing gets through between the two, in both directions. */
    void cut(SimHost one, SimHost other) {
        cutOneWay(one, other);
        cutOneWay(other, one);
    }

    void cutOneWay(SimHost from, SimHost to) {
        stage.cluster().network().cut(from.address(), to.address());
    }

    void heal(SimHost one, SimHost other) {
        stage.cluster().network().heal(one.address(), other.address());
        stage.cluster().network().heal(other.address(), one.address());
    }

    /** Nobody is told: it is missed when it has been silent for long enough. */
    void kill(SimHost host) {
        stage.cluster().killUnseen(host);
    }

    /** It beats and answers, and nothing that it syncs comes back. */
    void stallDisk(SimHost host) {
        broker(host).stallDisk();
    }

    void freeDisk(SimHost host) {
        broker(host).freeDisk();
    }

    void cutPower(SimHost host) {
        stage.checks().losses().onPowerCut(host);
        stage.cluster().cutPower(host);
    }

    /** Somebody has put in an empty disk. */
    void replaceDisk(SimHost host) {
        stage.cluster().replaceDisk(host);
    }

    /** Somebody has deleted the partition's directory, and nothing else, of a broker that is down. */
    void deleteLog(SimHost host) {
        host.deleteLog(partition);
    }

    void start(SimHost host) {
        stage.cluster().start(host);
        await("a broker up", () -> broker(host).isServing());
    }

    /** Killed and up again before anybody's patience ends. */
    void restart(SimHost host) {
        kill(host);
        start(host);
    }

    /** What this broker sees of the coordination service from now on is late by so much. */
    void lag(SimHost host, long ms) {
        broker(host).session().lag(TimeUnit.MILLISECONDS.toNanos(ms));
    }

    /** The present controller's place in the queue is taken away; it does not hear of that before its lag is over. */
    void depose(SimHost controller) {
        stage.cluster().ensemble().deleteLatchOf(controller.brokerId());
    }

    /** A lagging server shows this broker the cluster as it once was. */
    void show(SimHost host, ClusterImage old) {
        broker(host).show(old);
        runMs(20);
    }

    /** The coordination service's data, as a backup keeps it. */
    NavigableMap<String, Node> copyTree() {
        return stage.cluster().ensemble().tree().copy();
    }

    /** All brokers are killed, and when their sessions are over, the service is put back to {@code copy}. */
    void putBackTree(NavigableMap<String, Node> copy) {
        stage.cluster().hosts().forEach(this::kill);
        letPass(2 * SESSION_TIMEOUT_MS);
        stage.cluster().ensemble().tree().putBack(copy);
    }

    /** Whatever becomes of them. */
    void startAll() {
        stage.cluster().hosts().forEach(stage.cluster()::start);
        letPass(3_000);
    }

    /** As {@link #runMs}, also where there is nobody whose events would move the time. */
    private void letPass(long ms) {
        inTheWorld(TimeUnit.MILLISECONDS.toNanos(ms), () -> {});
        runMs(ms);
    }

    /** For what no invariant says. */
    void require(boolean holds, String id, String what) {
        if (!holds) {
            throw new Violation(id, what);
        }
    }

    /** Where the broker's log ends. */
    long logEnd(SimHost host) {
        return broker(host).log(partition, stage.topics().get(0).config()).logEndOffset();
    }

    /** The broker has no connection to the coordination service for so long; the network is well. */
    void loseService(SimHost host, long ms) {
        broker(host).session().disconnect(TimeUnit.MILLISECONDS.toNanos(ms));
    }

    void awaitLeader(SimHost host) {
        await("broker " + host.brokerId() + " leads", () -> {
            SimBroker running = host.running();
            return running != null
                    && state().leader() == host.brokerId()
                    && running.view(partition) != null
                    && Objects.requireNonNull(running.view(partition)).leading();
        });
    }

    void awaitIsr(Integer... ids) {
        List<Integer> wanted = List.of(ids).stream().sorted().toList();
        await("the in-sync set is " + wanted, () -> state().isr().equals(wanted));
    }

    /** Nothing is left that a controller would record, so that nobody is told anything new for a while. */
    void awaitGoodOrder() {
        await("all partitions led and in sync", stage::isInGoodOrder);
    }

    void await(String what, BooleanSupplier condition) {
        stage.await(what, TimeUnit.MILLISECONDS.toNanos(PATIENCE_MS), condition);
    }

    void runMs(long ms) {
        long until = stage.cluster().time().nanoTime() + TimeUnit.MILLISECONDS.toNanos(ms);
        stage.await(
                "time passes",
                TimeUnit.MILLISECONDS.toNanos(ms + PATIENCE_MS),
                () -> stage.cluster().time().nanoTime() >= until);
    }

    /** Lets time pass until the broker's log is empty, or {@code ms} long where it is not. */
    void runWhileLogHolds(SimHost host, long ms) {
        TopicConfig config = stage.topics().get(0).config();
        long until = stage.cluster().time().nanoTime() + TimeUnit.MILLISECONDS.toNanos(ms);
        stage.await(
                "time passes",
                TimeUnit.MILLISECONDS.toNanos(ms + PATIENCE_MS),
                () -> stage.cluster().time().nanoTime() >= until
                        || broker(host).log(partition, config).logEndOffset() == 0);
    }

    /** Stopped as soon as it has asked the present leader for batches, and before it gets any. */
    void pauseOnceItFollows(SimHost host) {
        await("broker " + host.brokerId() + " follows", () -> {
            ReplicaView view = broker(host).view(partition);
            return view != null && view.leaderEpoch() == state().leaderEpoch();
        });
        long until = stage.cluster().time().nanoTime() + TimeUnit.MICROSECONDS.toNanos(200);
        await("it has asked", () -> stage.cluster().time().nanoTime() >= until);
        stage.cluster().pause(host);
    }

    void resume(SimHost host) {
        stage.cluster().resume(host);
    }

    /** Nobody hears this broker, nor the other way round; nor has it a session. */
    void isolate(SimHost host) {
        stage.cluster().hosts().forEach(other -> cut(host, other));
        broker(host).session().disconnect(TimeUnit.MILLISECONDS.toNanos(PATIENCE_MS));
    }

    /** It is heard again, as the process that it was. */
    void reconnect(SimHost host) {
        stage.cluster().hosts().forEach(other -> heal(host, other));
        broker(host).session().reconnect();
    }

    /** Everything is made good again, and then all is well and equal. */
    void end() {
        stage.cluster().network().healAll();
        stage.recover("all partitions led and in sync", stage::isInGoodOrder);
        stage.settle();
    }
}
