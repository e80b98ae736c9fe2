package io.millrace.lab.simulation;

import com.google.re2j.Pattern;
import io.millrace.broker.core.ErrorReason;
import io.millrace.broker.core.Outcome;
import io.millrace.broker.core.Refusal;
import io.millrace.broker.core.TopicPartition;
import io.millrace.broker.core.group.AssignorName;
import io.millrace.broker.core.group.CommittedOffset;
import io.millrace.broker.core.group.MemberConfig;
import io.millrace.broker.core.group.OffsetCommit;
import io.millrace.broker.core.group.Subscription;
import io.millrace.broker.group.MemberOpening;
import io.millrace.lab.simulation.check.GroupWatch;
import io.millrace.lab.simulation.cluster.SimHost;
import io.millrace.lab.simulation.seam.Chance;
import io.millrace.lab.simulation.seam.SimCall;
import io.millrace.lab.simulation.seam.SimMemberStream;
import io.millrace.lab.simulation.seam.SimPeer;
import io.millrace.lab.simulation.seam.SimProcess;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One process of a consumer group at a time: reads all topics with the others, commits, and now and then leaves, hangs or
 * dies and starts anew. It does what the contract of the Join stream asks of a member.
 */
final class SimMember implements SimMemberStream.Listener {

    private static final long CALL_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long SESSION_TIMEOUT_MS = 2_000;
    private static final long REBALANCE_TIMEOUT_MS = 3_000;
    private static final long BEAT_NS = TimeUnit.MILLISECONDS.toNanos(400);
    private static final long PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final int MAX_STEP = 20;

    private final Workload workload;
    private final String group;
    private final String name;
    private final @Nullable String instanceId;
    private final long everyNs;
    private final Chance chance;
    private SimProcess process;
    private int lives;
    private int memberships;
    private String memberId = "";
    private long generation;
    private int broker = 1;
    private @Nullable SimMemberStream stream;
    private SortedSet<TopicPartition> told = new TreeSet<>();
    private final TreeMap<TopicPartition, Place> holds = new TreeMap<>();
    private boolean isCommitting;
    private boolean isCalm;
    private boolean isStopped;

    /** How far it is in one partition that it holds. */
    private static final class Place {
        boolean isKnown;
        boolean isAsking;
        long position;
        long committed = -1;
    }

    SimMember(Workload workload, String group, String name, boolean isStatic, long everyNs, Chance chance) {
        this.workload = workload;
        this.group = group;
        this.name = group + "-" + name;
        this.instanceId = isStatic ? name : null;
        this.everyNs = everyNs;
        this.chance = chance.forUse(this.name);
        this.process = workload.cluster().time().process(this.name);
    }

    void start() {
        lives++;
        process = workload.cluster().time().process(name + "." + lives);
        renew();
        after(chance.between(0, 2 * everyNs), this::next);
        after(BEAT_NS, this::beat);
        open();
    }

    private void renew() {
        memberships++;
        memberId = name + "." + memberships;
        generation = 0;
        told = new TreeSet<>();
        holds.clear();
    }

    /** From now on it neither hangs nor dies. */
    void calm() {
        isCalm = true;
        workload.cluster().time().resume(process);
    }

    void stop() {
        isStopped = true;
    }

    /** Whether it has what it was told, and has committed all that it has read. */
    boolean isSettled() {
        return holds.keySet().equals(told)
                && holds.values().stream().allMatch(place -> place.isKnown && place.committed == place.position);
    }

    SortedSet<TopicPartition> reads() {
        return told;
    }

    private GroupWatch watch() {
        return workload.checks().groups();
    }

    private void after(long delayNs, Runnable task) {
        workload.cluster().time().after(delayNs, process, task);
    }

    private void open() {
        MemberConfig config = new MemberConfig(
                instanceId,
                new Subscription(new TreeSet<>(), Pattern.compile(".*")),
                AssignorName.UNIFORM,
                null,
                name,
                name,
                SESSION_TIMEOUT_MS,
                REBALANCE_TIMEOUT_MS);
        stream = workload.cluster()
                .network()
                .join(
                        name,
                        process,
                        SimHost.address(broker),
                        new MemberOpening(group, memberId, generation, holds.keySet(), config),
                        this,
                        (newGeneration, partitions) -> watch().onTold(group, memberId, newGeneration, partitions));
    }

    private void reopen(int hint) {
        stream = null;
        broker = hint > 0 ? hint : chance.between(1, workload.cluster().hosts().size());
        after(chance.between(PAUSE_NS / 10, PAUSE_NS), () -> {
            if (stream == null && !isStopped) {
                open();
            }
        });
    }

    @Override
    public void onAssigned(long newGeneration, SortedSet<TopicPartition> partitions) {
        generation = newGeneration;
        told = partitions;
        partitions.forEach(partition -> {
            if (!holds.containsKey(partition)) {
                holds.put(partition, new Place());
                ask(partition);
            }
        });
        release();
    }

    /** What it is told no more it lets go of, once what it has read of it is committed or cannot be. */
    private void release() {
        if (isCommitting) {
            return;
        }
        boolean isChanged = holds.keySet().removeIf(partition -> !told.contains(partition));
        if (isChanged) {
            sayBeat();
        }
    }

    @Override
    public void onRefused(Refusal why) {
        if (why.reason() == ErrorReason.UNKNOWN_MEMBER) {
            renew();
        }
        Refusal.LeaderHint hint = why.leader();
        reopen(hint == null ? -1 : hint.brokerId());
    }

    @Override
    public void onEnd(int coordinator) {
        reopen(coordinator);
    }

    @Override
    public void onBroken() {
        reopen(-1);
    }

    private void beat() {
        if (!isStopped) {
            sayBeat();
            after(BEAT_NS, this::beat);
        }
    }

    private void sayBeat() {
        SimMemberStream open = stream;
        if (open != null) {
            long now = generation;
            SortedSet<TopicPartition> held = new TreeSet<>(holds.keySet());
            open.say(session -> session.heartbeat(0, now, held));
        }
    }

    private void next() {
        if (isStopped) {
            return;
        }
        process();
        if (!isCalm && chance.oneIn(200)) {
            end();
            return;
        }
        if (chance.oneIn(3)) {
            commit();
        }
        holds.forEach((partition, place) -> {
            if (!place.isKnown && !place.isAsking) {
                ask(partition);
            }
        });
        after(chance.between(everyNs / 2, 2 * everyNs), this::next);
    }

    private void process() {
        holds.forEach((partition, place) -> {
            long end =
                    Math.min(workload.checks().committedEnd(partition), place.position + chance.between(0, MAX_STEP));
            if (place.isKnown && told.contains(partition) && end > place.position) {
                watch().onProcessed(group, partition, place.position, end);
                place.position = end;
            }
        });
    }

    /** Leaves, dies, or hangs for a while. */
    private void end() {
        SimMemberStream open = stream;
        if (chance.oneIn(3)) {
            SimProcess hanging = process;
            hanging.pause();
            workload.cluster()
                    .time()
                    .after(
                            TimeUnit.MILLISECONDS.toNanos(chance.between(100, 6_000)),
                            workload.cluster().time().world(),
                            () -> workload.cluster().time().resume(hanging));
            after(everyNs, this::next);
            return;
        }
        if (open != null) {
            if (chance.oneIn(2) && holds.isEmpty()) {
                open.say(session -> session.leave());
            }
            open.abandon();
        }
        process.kill();
        stream = null;
        isCommitting = false;
        workload.cluster()
                .time()
                .after(
                        TimeUnit.MILLISECONDS.toNanos(chance.between(50, 5_000)),
                        workload.cluster().time().world(),
                        () -> {
                            if (!isStopped) {
                                start();
                            }
                        });
    }

    private <A> void call(SimCall.Client<A> call) {
        workload.cluster().network().call(name, process, SimHost.address(broker), CALL_TIMEOUT_NS, call);
    }

    private void ask(TopicPartition partition) {
        Place place = holds.get(partition);
        if (place != null) {
            place.isAsking = true;
            call(new Fetch(partition, place, watch().acknowledged(group, partition)));
        }
    }

    /** Where the group is in a partition that has become this member's. */
    private final class Fetch implements SimCall.Client<Outcome<List<CommittedOffset>>> {
        private final TopicPartition partition;
        private final Place place;
        private final long before;

        Fetch(TopicPartition partition, Place place, long before) {
            this.partition = partition;
            this.place = place;
            this.before = before;
        }

        @Override
        public void serve(SimPeer peer, Consumer<Outcome<List<CommittedOffset>>> reply) {
            peer.groups().fetch(group, List.of(), reply);
        }

        @Override
        public void onAnswer(Outcome<List<CommittedOffset>> answer) {
            place.isAsking = false;
            if (answer instanceof Outcome.Ok<List<CommittedOffset>> ok && holds.get(partition) == place) {
                long offset = ok.value().stream()
                        .filter(found -> found.topicId().equals(partition.topicId())
                                && found.partition() == partition.partition())
                        .mapToLong(CommittedOffset::offset)
                        .findFirst()
                        .orElse(0);
                watch().onStart(group, partition, before, offset);
                place.position = offset;
                place.committed = offset;
                place.isKnown = true;
            }
        }

        @Override
        public void onFailure(boolean maybeServed) {
            place.isAsking = false;
        }
    }

    private void commit() {
        TreeMap<TopicPartition, Long> offsets = new TreeMap<>();
        holds.forEach((partition, place) -> {
            if (place.isKnown && place.position > place.committed) {
                offsets.put(partition, place.position);
            }
        });
        if (!isCommitting && !offsets.isEmpty()) {
            isCommitting = true;
            call(new Commit(memberId, generation, offsets));
        }
    }

    /** One at a time, so that an older one never comes after a newer one. */
    private final class Commit implements SimCall.Client<Outcome<List<CommittedOffset>>> {
        private final String by;
        private final long inGeneration;
        private final SortedMap<TopicPartition, Long> offsets;

        Commit(String by, long inGeneration, SortedMap<TopicPartition, Long> offsets) {
            this.by = by;
            this.inGeneration = inGeneration;
            this.offsets = offsets;
        }

        @Override
        public void serve(SimPeer peer, Consumer<Outcome<List<CommittedOffset>>> reply) {
            List<OffsetCommit> commits = new ArrayList<>();
            offsets.forEach((partition, offset) -> commits.add(new OffsetCommit(
                    workload.topic(partition.topicId()),
                    partition.topicId(),
                    partition.partition(),
                    offset,
                    -1,
                    Long.toString(inGeneration),
                    false)));
            peer.groups().commit(group, by, inGeneration, commits, reply);
        }

        @Override
        public void onAnswer(Outcome<List<CommittedOffset>> answer) {
            if (answer instanceof Outcome.Ok<List<CommittedOffset>>) {
                offsets.forEach((partition, offset) -> {
                    watch().onCommitted(group, partition, offset);
                    Place place = holds.get(partition);
                    if (place != null && by.equals(memberId)) {
                        place.committed = Math.max(place.committed, offset);
                    }
                });
            }
            done();
        }

        @Override
        public void onFailure(boolean maybeServed) {
            done();
        }

        private void done() {
            isCommitting = false;
            release();
        }
    }
}
