package io.millrace.lab.simulation;

import com.google.re2j.Pattern;
import io.millrace.broker.core.ErrorReason;
import io.millrace.broker.core.Refusal;
import io.millrace.broker.core.TopicPartition;
import io.millrace.broker.core.group.AssignorName;
import io.millrace.broker.core.group.MemberConfig;
import io.millrace.broker.core.group.Subscription;
import io.millrace.broker.group.MemberOpening;
import io.millrace.lab.simulation.check.Told;
import io.millrace.lab.simulation.check.Violation;
import io.millrace.lab.simulation.cluster.SimHost;
import io.millrace.lab.simulation.seam.Chance;
import io.millrace.lab.simulation.seam.SimCall;
import io.millrace.lab.simulation.seam.SimMemberStream;
import io.millrace.lab.simulation.seam.SimProcess;
import io.millrace.lab.simulation.seam.SimTime;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One process of a consumer group at a time: reads topics with the others, and now and then leaves, hangs or dies and
 * starts anew, with other wishes. It does what the contract of the Join stream asks of a member.
 */
final class SimMember implements SimMemberStream.Listener {

    private static final long CALL_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long SESSION_TIMEOUT_MS = 2_000;
    private static final long REBALANCE_TIMEOUT_MS = 3_000;
    private static final long BEAT_NS = TimeUnit.MILLISECONDS.toNanos(400);
    private static final long PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(100);
    /** Between two looks whether another process of the instance has gone. */
    private static final long NAMESAKE_PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(1_500);

    private final Workload workload;
    private final String group;
    private final String name;
    private final @Nullable String instanceId;
    private final long everyNs;
    private final Chance chance;
    private SimProcess process;
    private int lives;
    private int memberships;
    private Subscription wishes = new Subscription(new TreeSet<>(), null);
    private SimReader reader;
    private int broker = 1;
    private @Nullable SimMemberStream stream;
    /** Another process of its instance is in the group. */
    private boolean isKeptOut;

    private boolean isCalm;
    private boolean isStopped;

    SimMember(Workload workload, String group, String name, @Nullable String instanceId, long everyNs, Chance chance) {
        this.workload = workload;
        this.group = group;
        this.name = group + "-" + name;
        this.instanceId = instanceId;
        this.everyNs = everyNs;
        this.chance = chance.forUse(this.name);
        this.process = time().process(this.name);
        this.reader = newReader();
    }

    private SimTime time() {
        return workload.cluster().time();
    }

    void start() {
        lives++;
        process = time().process(name + "." + lives);
        wishes = wishes();
        reader = newReader();
        after(chance.between(0, 2 * everyNs), this::next);
        after(BEAT_NS, this::beat);
        open();
    }

    /** All topics, these by name, there or not, or those whose name begins like one of them. */
    private Subscription wishes() {
        if (chance.oneIn(2)) {
            return new Subscription(new TreeSet<>(), Pattern.compile(".*"));
        }
        return chance.oneIn(2)
                ? new Subscription(new TreeSet<>(workload.topicNames()), null)
                : new Subscription(
                        new TreeSet<>(),
                        Pattern.compile(chance.oneOf(workload.topicNames()).substring(0, 2) + ".*"));
    }

    private SimReader newReader() {
        memberships++;
        return new SimReader(workload, this, group, name + "." + memberships, chance);
    }

    /** From now on it neither hangs nor dies. */
    void calm() {
        isCalm = true;
        time().resume(process);
    }

    void stop() {
        isStopped = true;
    }

    boolean isSettled() {
        return reader.isSettled();
    }

    SortedSet<TopicPartition> reads() {
        return reader.told();
    }

    /** Whether it is or should be in the group, and reads the topic where that is there. */
    boolean counts(String topic) {
        return !isKeptOut && wants(topic);
    }

    private boolean wants(String topic) {
        Pattern pattern = wishes.pattern();
        return wishes.topics().contains(topic) || (pattern != null && pattern.matches(topic));
    }

    private void after(long delayNs, Runnable task) {
        time().after(delayNs, process, task);
    }

    private void open() {
        MemberConfig config = new MemberConfig(
                instanceId, wishes, AssignorName.UNIFORM, null, name, name, SESSION_TIMEOUT_MS, REBALANCE_TIMEOUT_MS);
        int coordinator = broker;
        SimReader joining = reader;
        SimProcess reading = process;
        stream = workload.cluster()
                .network()
                .join(
                        name,
                        process,
                        SimHost.address(coordinator),
                        new MemberOpening(
                                group,
                                joining.memberId(),
                                joining.generation(),
                                joining.holds(),
                                joining.lastCommit(),
                                config),
                        this,
                        (told, generation, partitions) -> workload.checks()
                                .groups()
                                .onTold(
                                        group,
                                        new Told(
                                                coordinator,
                                                joining.memberId(),
                                                instanceId,
                                                generation,
                                                partitions,
                                                () -> reading.isDead() ? new TreeSet<>() : joining.holds(),
                                                told::isServed)));
    }

    private void reopen(int hint, long pauseNs) {
        stream = null;
        broker = hint > 0 ? hint : chance.between(1, workload.cluster().hosts().size());
        after(chance.between(pauseNs / 10, pauseNs), () -> {
            if (stream == null && !isStopped) {
                open();
            }
        });
    }

    @Override
    public void onAssigned(long generation, SortedSet<TopicPartition> partitions) {
        for (TopicPartition partition : partitions) {
            String topic = workload.topic(partition.topicId());
            if (!wants(topic)) {
                throw new Violation("S27", name + " is told to read " + topic + " and wants " + wishes);
            }
        }
        isKeptOut = false;
        reader.onAssigned(generation, partitions);
    }

    @Override
    public void onRefused(Refusal why) {
        if (why.reason() == ErrorReason.UNKNOWN_MEMBER) {
            reader = newReader();
        }
        isKeptOut = why.reason() == ErrorReason.INSTANCE_ID_IN_USE;
        Refusal.LeaderHint hint = why.leader();
        reopen(hint == null ? -1 : hint.brokerId(), isKeptOut ? NAMESAKE_PAUSE_NS : PAUSE_NS);
    }

    @Override
    public void onEnd(int coordinator) {
        reopen(coordinator, PAUSE_NS);
    }

    @Override
    public void onBroken() {
        reopen(-1, PAUSE_NS);
    }

    private void beat() {
        if (!isStopped) {
            sayBeat();
            after(BEAT_NS, this::beat);
        }
    }

    void sayBeat() {
        SimMemberStream open = stream;
        if (open != null) {
            long generation = reader.generation();
            SortedSet<TopicPartition> held = reader.holds();
            open.say(session -> session.heartbeat(0, generation, held));
        }
    }

    private void next() {
        if (isStopped) {
            return;
        }
        reader.next(!isCalm);
        if (!isCalm && chance.oneIn(200)) {
            endByChance();
            return;
        }
        after(chance.between(everyNs / 2, 2 * everyNs), this::next);
    }

    /** Leaves, dies, or hangs for a while. */
    private void endByChance() {
        if (chance.oneIn(3)) {
            hang(TimeUnit.MILLISECONDS.toNanos(chance.between(100, 6_000)));
            after(everyNs, this::next);
        } else {
            end(chance.oneIn(2), TimeUnit.MILLISECONDS.toNanos(chance.between(50, 5_000)));
        }
    }

    /** Does nothing for a while, and does not know of that. */
    void hang(long forNs) {
        SimProcess hanging = process;
        hanging.pause();
        time().after(forNs, time().world(), () -> time().resume(hanging));
    }

    /** Leaves or dies, and starts anew in {@code forNs}. */
    void end(boolean isInGoodOrder, long forNs) {
        SimMemberStream open = stream;
        if (open != null) {
            if (isInGoodOrder) {
                open.leave();
            }
            open.abandon();
        }
        process.kill();
        stream = null;
        int ended = lives;
        time().after(forNs, time().world(), () -> {
            if (!isStopped && lives == ended) {
                start();
            }
        });
    }

    /** Asks the broker that it takes for the coordinator. */
    <A> void call(SimCall.Client<A> call) {
        workload.cluster().network().call(name, process, SimHost.address(broker), CALL_TIMEOUT_NS, call);
    }

    @Override
    public String toString() {
        return name
                + (isSettled() ? " is settled: " : " is not settled: ")
                + reader
                + (stream == null ? ", no stream" : "");
    }
}
