package io.millrace.client;

import io.millrace.client.GroupHandover.Arrival;
import io.millrace.client.GroupHandover.Owned;
import io.millrace.client.MillraceException.Kind;
import io.millrace.proto.v1.Certainty;
import io.millrace.proto.v1.ErrorDetail;
import io.millrace.proto.v1.ErrorReason;
import io.millrace.proto.v1.JoinRequest;
import io.millrace.proto.v1.MemberHeartbeat;
import io.millrace.proto.v1.OffsetCommit;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out what {@link GroupMachine} decides, on the consumer's thread, finds where to begin in what the group has
 * given, and sends what the application commits. What the application has to be told it leaves with {@link GroupHandover}.
 */
final class GroupEngine implements GroupEffects, ConsumerBuffer.Gate {
    private static final Logger LOG = LoggerFactory.getLogger(GroupEngine.class);
    private static final SecureRandom IDS = new SecureRandom();
    private static final int ID_BYTES = 16;

    /** Far longer than the consumer's thread ever rests. */
    private static final long MAX_STALL_NS = TimeUnit.SECONDS.toNanos(1);

    private final Network network;
    private final ClientLoop loop;
    private final ConsumerBuffer buffer;
    private final Subscription subscription;
    private final GroupCalls calls;
    private final GroupMachine machine;
    private final GroupHandover handover = new GroupHandover();
    private final CommitQueue commits = new CommitQueue();
    private final Map<Long, JoinStreamCall> streams = new HashMap<>();
    private final Map<OwnedPartition, Long> tenures = new LinkedHashMap<>();
    private final OffsetLookup offsets;
    private final OutageLog outage;
    private final Map<Long, CompletableFuture<Void>> open = new ConcurrentHashMap<>();
    private final AtomicLong lastCall = new AtomicLong();
    private final CompletableFuture<Void> left = new CompletableFuture<>();
    private CompletableFuture<Void> goodbye = CompletableFuture.completedFuture(null);
    private long lastTenure;
    private volatile long readableUntilNs = System.nanoTime();
    private volatile @Nullable MillraceException memberFailure;
    private volatile @Nullable MillraceException end;

    GroupEngine(Network network, ClientLoop loop, ConsumerBuffer buffer, Subscription subscription, long timeoutMs) {
        this.network = network;
        this.loop = loop;
        this.buffer = buffer;
        this.subscription = subscription;
        String group = subscription.config().group();
        this.calls = new GroupCalls(network, group, timeoutMs);
        this.outage = new OutageLog("group " + group + ": the coordinator cannot be reached");
        this.offsets = new OffsetLookup(
                network,
                loop,
                calls,
                new OutageLog("group " + group + ": committed offsets cannot be read"),
                this::onFound,
                buffer::nudge);
        this.machine = new GroupMachine(
                subscription.config(),
                network.routes(),
                this,
                () -> ThreadLocalRandom.current().nextDouble(),
                GroupEngine::newId);
    }

    private static String newId() {
        byte[] bytes = new byte[ID_BYTES];
        IDS.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    GroupHandover handover() {
        return handover;
    }

    GroupCalls calls() {
        return calls;
    }

    void start() {
        loop.execute(machine::join);
    }

    /** Between events, on the consumer's thread. */
    void run(long nowNs) {
        machine.pump(nowNs);
        boolean wasOpen = isOpen(nowNs);
        // After a sleep of the whole process nothing is handed out before this has run again.
        readableUntilNs = nowNs + Math.min(machine.readableUntilNs() - nowNs, MAX_STALL_NS);
        if (!wasOpen && isOpen(nowNs)) {
            buffer.nudge();
        }
        String known = machine.coordinator();
        if (known != null) {
            calls.coordinator().onKnown(known);
            send();
        }
    }

    @Override
    public boolean mustAct() {
        return handover.hasNews();
    }

    @Override
    public boolean isOpen(long nowNs) {
        return nowNs - readableUntilNs < 0;
    }

    @Override
    public @Nullable MillraceException failure() {
        MillraceException ofMember = memberFailure;
        MillraceException over = end;
        return over != null ? over : ofMember != null ? ofMember : offsets.failure();
    }

    @Override
    public void open(long streamId, String endpoint, String memberId, long generation, Set<OwnedPartition> holds) {
        JoinRequest first = JoinRequest.newBuilder()
                .setOpen(subscription
                        .message()
                        .setMemberId(memberId)
                        .setGeneration(generation)
                        .addAllHolds(OwnedPartition.messages(holds))
                        .setCommitsFrom(calls.lastCommit()))
                .build();
        JoinStreamCall call = new JoinStreamCall(streamId, endpoint, machine, streams::remove);
        streams.put(streamId, call);
        call.open(network.channels().channel(endpoint), loop, first);
    }

    @Override
    public void heartbeat(long streamId, long number, long generation, Set<OwnedPartition> holds) {
        JoinStreamCall call = streams.get(streamId);
        if (call != null) {
            call.send(JoinRequest.newBuilder()
                    .setHeartbeat(MemberHeartbeat.newBuilder()
                            .setNumber(number)
                            .setGeneration(generation)
                            .addAllHolds(OwnedPartition.messages(holds)))
                    .build());
        }
    }

    @Override
    public void leave(long streamId) {
        JoinStreamCall call = streams.get(streamId);
        if (call != null) {
            goodbye = call.leave();
        }
    }

    @Override
    public void cancel(long streamId) {
        JoinStreamCall call = streams.remove(streamId);
        if (call != null) {
            call.cancel();
        }
    }

    @Override
    public void tell(@Nullable MillraceException failure) {
        memberFailure = failure;
        buffer.nudge();
    }

    @Override
    public void holdUp(@Nullable MillraceException why) {
        if (why == null) {
            outage.onOver();
        } else {
            outage.onHeldUp(why);
        }
    }

    @Override
    public void enter(long generation) {
        handover.enter(generation);
    }

    @Override
    public void assign(Set<OwnedPartition> partitions) {
        Map<OwnedPartition, Long> wanted = new LinkedHashMap<>();
        for (OwnedPartition partition : partitions) {
            lastTenure++;
            wanted.put(partition, lastTenure);
        }
        tenures.putAll(wanted);
        offsets.find(wanted);
    }

    private void onFound(List<Arrival> arrivals) {
        for (Arrival arrival : arrivals) {
            CommitPosition committed = arrival.committed();
            commits.begin(arrival.partition(), committed == null ? 0 : committed.offset());
        }
        handover.arrive(arrivals);
        buffer.nudge();
    }

    @Override
    public void revoke(int membership, Set<OwnedPartition> partitions) {
        Set<OwnedPartition> known = new LinkedHashSet<>(partitions);
        known.removeIf(offsets::drop);
        buffer.withhold(OwnedPartition.ids(known));
        Set<OwnedPartition> unknown = new LinkedHashSet<>(partitions);
        unknown.removeAll(known);
        unknown.addAll(handover.revoke(membership, known));
        buffer.nudge();
        if (!unknown.isEmpty()) {
            release(membership, unknown);
        }
    }

    /** Nothing of these is read or committed any more. From any thread. */
    void release(int membership, Set<OwnedPartition> partitions) {
        loop.execute(() -> {
            if (membership == machine.membership()) {
                tenures.keySet().removeAll(partitions);
                commits.drop(partitions, refusal(ErrorReason.ERROR_REASON_NOT_PARTITION_OWNER));
                machine.onReleased(membership, partitions);
            }
        });
    }

    @Override
    public void lose(String why) {
        LOG.warn("group {}: {} partitions are lost: {}", subscription.config().group(), tenures.size(), why);
        buffer.withhold(OwnedPartition.ids(tenures.keySet()));
        commits.drop(tenures.keySet(), refusal(ErrorReason.ERROR_REASON_UNKNOWN_MEMBER));
        tenures.clear();
        offsets.dropAll();
        handover.lose();
        buffer.nudge();
    }

    /** As the coordinator would refuse it. */
    static MillraceException refusal(ErrorReason reason) {
        ErrorDetail detail = ErrorDetail.newBuilder()
                .setReason(reason)
                .setCertainty(Certainty.CERTAINTY_DEFINITE)
                .build();
        return new MillraceException(
                Kind.REFUSED, detail, "the partition is not this consumer's (" + StatusReader.name(reason) + ")", null);
    }

    /** In the order of the calls; each partition by itself. The future is completed on the consumer's thread. */
    CompletableFuture<Void> commit(Map<Owned, CommitPosition> positions) {
        return guarded(future -> submit(positions, future));
    }

    /** Done once all commits before it are, one way or the other. */
    CompletableFuture<Void> flush() {
        return guarded(commits::flush);
    }

    private CompletableFuture<Void> guarded(java.util.function.Consumer<CompletableFuture<Void>> task) {
        CompletableFuture<Void> future = new CompletableFuture<>();
        long call = lastCall.incrementAndGet();
        open.put(call, future);
        var unused = future.whenComplete((none, failure) -> open.remove(call));
        loop.execute(() -> {
            task.accept(future);
            send();
        });
        MillraceException over = end;
        if (over != null) {
            future.completeExceptionally(over);
        }
        return future;
    }

    private void submit(Map<Owned, CommitPosition> positions, CompletableFuture<Void> future) {
        Map<OwnedPartition, CommitPosition> mine = new LinkedHashMap<>();
        positions.forEach((owned, position) -> {
            if (Long.valueOf(owned.tenure()).equals(tenures.get(owned.partition()))) {
                mine.put(owned.partition(), position);
            }
        });
        if (mine.size() == positions.size()) {
            commits.add(mine, future);
        } else {
            future.completeExceptionally(refusal(ErrorReason.ERROR_REASON_NOT_PARTITION_OWNER));
        }
    }

    /** Waits for a stream that works: a coordinator that does not know the member yet would refuse it. */
    private void send() {
        long session = machine.session();
        List<OffsetCommit> next = session < 0 ? List.of() : commits.next();
        if (next.isEmpty()) {
            return;
        }
        String memberId = machine.memberId();
        var unused = calls.commit(streams.get(session), memberId, machine.generation(), next)
                .whenComplete((answer, thrown) -> loop.execute(() -> {
                    if (thrown == null) {
                        commits.onCommitted();
                    } else {
                        onNotCommitted(memberId, session, RetryingCall.unwrap(thrown));
                    }
                    send();
                }));
    }

    private void onNotCommitted(String memberId, long session, MillraceException failure) {
        if (failure.reason() == ErrorReason.ERROR_REASON_UNKNOWN_MEMBER) {
            machine.onUnknownMember(memberId);
        }
        boolean isSameMember = memberId.equals(machine.memberId());
        if (failure.reason() == ErrorReason.ERROR_REASON_NOT_PARTITION_OWNER
                && isSameMember
                && session != machine.session()) {
            // A new coordinator, which the commit has reached before the member told it what it holds.
            commits.sendAgain();
        } else {
            commits.onFailed(failure);
        }
    }

    /** @return done once the coordinator has heard it */
    CompletableFuture<Void> leave() {
        loop.execute(() -> {
            goodbye = CompletableFuture.completedFuture(null);
            machine.leave();
            var unused = goodbye.whenComplete((none, never) -> left.complete(null));
        });
        return left;
    }

    /** Nothing is done any more, and nobody waits for it. */
    void end(MillraceException why) {
        end = why;
        open.values().forEach(future -> future.completeExceptionally(why));
        left.complete(null);
        buffer.nudge();
    }
}
