package io.millrace.broker.group;

import io.millrace.broker.core.Outcome;
import io.millrace.broker.core.Safeguard;
import io.millrace.broker.core.Safeguards;
import io.millrace.broker.runtime.Clock;
import io.millrace.broker.runtime.Continuation;
import io.millrace.broker.runtime.EventLoop;
import io.millrace.coordinator.GroupOffset;
import io.millrace.coordinator.OffsetStore;
import io.millrace.coordinator.StoredGroup;
import io.millrace.coordinator.tree.GroupNode;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes groups that nobody has been in and nobody has committed to for long enough (R42).
 *
 * <p>How long that is stands in the nodes by the wall clock, which may be wrong for a while. So a group goes only after it
 * has looked expired for a whole hour of this process, by a clock that does not jump, and a jump of the wall clock begins
 * that hour anew (D11).
 *
 * <p>Belongs to the groups' loop.
 */
final class GroupExpiry {
    private static final Logger LOG = LoggerFactory.getLogger(GroupExpiry.class);

    static final long SWEEP_NS = TimeUnit.MINUTES.toNanos(10);
    private static final long NOTICE_NS = TimeUnit.HOURS.toNanos(1);
    private static final long MAX_DRIFT_MS = TimeUnit.MINUTES.toMillis(1);

    private final HostedGroups hosted;
    private final OffsetStore store;
    private final Clock clock;
    private final EventLoop loop;
    private final long retentionMs;
    private final Safeguards safeguards;
    private final int self;
    private final OrphanedOffsets orphans;
    /** Since when each group has looked expired. */
    private final Map<String, Long> noticed = new HashMap<>();

    private long sweptNs;
    private long sweptMs;

    GroupExpiry(
            HostedGroups hosted,
            OffsetStore store,
            OrphanedOffsets orphans,
            Clock clock,
            EventLoop loop,
            int self,
            long retentionMs,
            Safeguards safeguards) {
        this.hosted = hosted;
        this.store = store;
        this.orphans = orphans;
        this.clock = clock;
        this.loop = loop;
        this.self = self;
        this.retentionMs = retentionMs;
        this.safeguards = safeguards;
    }

    void start() {
        sweptNs = clock.nanoTime();
        sweptMs = clock.wallMillis();
        loop.schedule(SWEEP_NS, this::sweep);
    }

    private void sweep() {
        long nowNs = clock.nanoTime();
        long nowMs = clock.wallMillis();
        long passedMs = TimeUnit.NANOSECONDS.toMillis(nowNs - sweptNs);
        if (Math.abs(nowMs - sweptMs - passedMs) > MAX_DRIFT_MS) {
            LOG.warn("The clock was set: groups expire no sooner than an hour from now");
            noticed.clear();
        }
        sweptNs = nowNs;
        sweptMs = nowMs;
        Continuation.on(loop, store.names(), (names, failure) -> {
            if (names == null) {
                LOG.warn("Groups cannot be looked at for their age: {}", String.valueOf(failure));
                loop.schedule(SWEEP_NS, this::sweep);
                return;
            }
            Set<String> mine = new TreeSet<>(names);
            mine.removeIf(name -> hosted.coordinator(name) != self);
            noticed.keySet().retainAll(mine);
            orphans.keepOnly(mine);
            look(new ArrayDeque<>(mine));
        });
    }

    /** One after the other: this is never urgent. */
    private void look(ArrayDeque<String> names) {
        String name = names.poll();
        if (name == null) {
            loop.schedule(SWEEP_NS, this::sweep);
            return;
        }
        Continuation.on(loop, store.load(name), (found, failure) -> {
            if (found == null) {
                LOG.warn("Group {} cannot be looked at for its age: {}", name, String.valueOf(failure));
            } else {
                look(name, found);
                orphans.look(name, found);
            }
            look(names);
        });
    }

    private void look(String name, StoredGroup found) {
        boolean hasMembers = found.head().map(head -> !head.members().isEmpty()).orElse(false);
        if (hasMembers && !hosted.isHosted(name)) {
            // They may all have died with the coordinator that they had: only who claims the group finds out.
            hosted.with(name, false, claimed -> {});
        }
        if (!isExpired(found)) {
            noticed.remove(name);
            return;
        }
        long nowNs = clock.nanoTime();
        @Nullable Long since = noticed.putIfAbsent(name, nowNs);
        boolean isOldNews = since != null && nowNs - since >= NOTICE_NS;
        if (isOldNews || !safeguards.has(Safeguard.D11_A_JUMP_TAKES_NOTHING)) {
            hosted.with(name, false, outcome -> {
                if (outcome instanceof Outcome.Ok<HostedGroup> ok) {
                    expire(name, ok.value());
                }
            });
        }
    }

    /** Looks again: somebody may have come since. */
    private void expire(String name, HostedGroup group) {
        if (!group.machine().isEmpty() || !isExpired(group.stored())) {
            noticed.remove(name);
            return;
        }
        group.delete(outcome -> {
            noticed.remove(name);
            if (outcome instanceof Outcome.Ok<Boolean>) {
                LOG.info("Group {} has expired: nobody was in it for {} ms", name, retentionMs);
            }
        });
    }

    private boolean isExpired(StoredGroup found) {
        GroupNode head = found.head().orElse(null);
        if (head == null || !head.members().isEmpty()) {
            return false;
        }
        Long emptySince = head.emptySince();
        long lastMs =
                found.offsets().stream().mapToLong(GroupOffset::timeMs).max().orElse(Long.MIN_VALUE);
        // Without a word of when it was left it may have been just now.
        return emptySince != null && clock.wallMillis() - Math.max(lastMs, emptySince) >= retentionMs;
    }
}
