package io.millrace.broker.group;

import io.millrace.broker.core.Safeguard;
import io.millrace.broker.core.Safeguards;
import io.millrace.broker.runtime.Continuation;
import io.millrace.broker.runtime.EventLoop;
import io.millrace.coordinator.CoordinatorException;
import io.millrace.coordinator.GroupChange;
import io.millrace.coordinator.GroupWrite;
import io.millrace.coordinator.OffsetStore;
import io.millrace.coordinator.OffsetStore.WriteResult;
import io.millrace.coordinator.StoredGroup;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All that this broker writes of groups: one transaction at a time, and what arrives meanwhile goes into the next one, of
 * all groups together. So the service syncs once for hundreds of commits, and none waits for longer than the one before
 * and its own take.
 *
 * <p>A group that somebody else has claimed is taken out and told; the others are sent again at once (R50). After an
 * answer that was lost nothing goes out until it is known what happened.
 *
 * <p>Belongs to the groups' loop, where all replies come.
 */
final class GroupWrites {
    private static final Logger LOG = LoggerFactory.getLogger(GroupWrites.class);

    /** Each is some hundred bytes, for as long as the service does not answer. */
    private static final long MAX_WAITING_OFFSETS = 100_000;

    private static final long RETRY_NS = TimeUnit.MILLISECONDS.toNanos(100);

    /** What became of one change. */
    enum Outcome {
        STORED,
        /** Nothing of it is stored: the group is another broker's. */
        FENCED,
        /** Nothing of it is stored: it does not fit into one transaction. */
        TOO_LARGE,
        /** Nothing of it is stored: as much as this broker has room for waits already. */
        FULL,
        /** The group is another broker's, and the change may have been stored before that. */
        UNKNOWN
    }

    /** A change that nobody has been answered. */
    record Waiting(GroupChange change, Consumer<Outcome> reply) {}

    /** One group's part of a transaction. */
    private record Part(ClaimedGroup group, GroupWrite write, List<Waiting> changes) {}

    private final OffsetStore store;
    private final EventLoop loop;
    private final Safeguards safeguards;
    private final Set<ClaimedGroup> due = new LinkedHashSet<>();
    private boolean isBusy;
    private long waitingOffsets;

    GroupWrites(OffsetStore store, EventLoop loop, Safeguards safeguards) {
        this.store = store;
        this.loop = loop;
        this.safeguards = safeguards;
    }

    void write(ClaimedGroup group, GroupChange change, Consumer<Outcome> reply) {
        int offsets = change instanceof GroupChange.Offsets commit
                ? commit.forward().size() + commit.exact().size()
                : 0;
        if (group.isFenced()) {
            reply.accept(Outcome.FENCED);
            return;
        }
        if (offsets > 0 && waitingOffsets + offsets > MAX_WAITING_OFFSETS) {
            reply.accept(Outcome.FULL);
            return;
        }
        waitingOffsets += offsets;
        group.waiting.add(new Waiting(change, outcome -> {
            waitingOffsets -= offsets;
            reply.accept(outcome);
        }));
        due.add(group);
        send();
    }

    private void send() {
        if (isBusy) {
            return;
        }
        List<Part> parts = parts();
        if (!parts.isEmpty()) {
            isBusy = true;
            List<GroupWrite> writes = parts.stream().map(Part::write).toList();
            Continuation.on(loop, store.write(writes), (result, failure) -> onResult(parts, result, failure));
        }
    }

    /** Of as many groups as fit, those first that have waited longest. */
    private List<Part> parts() {
        List<Part> parts = new ArrayList<>();
        List<GroupWrite> writes = new ArrayList<>();
        for (Iterator<ClaimedGroup> groups = List.copyOf(due).iterator(); groups.hasNext(); ) {
            ClaimedGroup group = groups.next();
            Part part = part(group);
            if (part != null) {
                writes.add(part.write());
                if (!store.fits(writes)) {
                    break;
                }
                parts.add(part);
            }
            due.remove(group);
        }
        parts.forEach(part -> take(part));
        return parts;
    }

    private void take(Part part) {
        part.changes().forEach(change -> part.group().waiting.remove());
        if (!part.group().waiting.isEmpty()) {
            due.add(part.group());
        }
    }

    /** All that waits, or as much of it as fits; null where that is nothing. */
    private @Nullable Part part(ClaimedGroup group) {
        int count = upToADeletion(group);
        while (count > 0) {
            List<Waiting> changes = group.waiting.stream().limit(count).toList();
            GroupWrite write = new GroupWrite(group.stored());
            changes.forEach(waiting -> write.add(waiting.change()));
            if (store.fits(List.of(write))) {
                return new Part(group, write, changes);
            }
            if (count == 1) {
                Waiting whale = group.waiting.remove();
                loop.execute(() -> whale.reply().accept(Outcome.TOO_LARGE));
                count = upToADeletion(group);
            } else {
                count = count / 2;
            }
        }
        return null;
    }

    /** What comes behind one would be lost in the same write. */
    private static int upToADeletion(ClaimedGroup group) {
        int count = 0;
        for (Waiting waiting : group.waiting) {
            count++;
            if (waiting.change() instanceof GroupChange.Deleted) {
                return count;
            }
        }
        return count;
    }

    private void onResult(List<Part> parts, @Nullable WriteResult result, @Nullable Throwable failure) {
        if (result instanceof WriteResult.Written written) {
            for (int i = 0; i < parts.size(); i++) {
                done(parts.get(i), written.groups().get(i));
            }
            goOn();
        } else if (result instanceof WriteResult.Refused refused) {
            onRefused(parts, refused);
        } else if (result instanceof WriteResult.Unknown) {
            settle(new ArrayDeque<>(parts));
        } else {
            throw new IllegalStateException("The offset store failed", failure);
        }
    }

    private void goOn() {
        isBusy = false;
        send();
    }

    private void done(Part part, StoredGroup now) {
        part.group().onStored(now);
        if (part.write().isDeletion()) {
            // Whoever wants the group now makes it anew.
            fence(part, Outcome.STORED);
        } else {
            part.changes().forEach(change -> change.reply().accept(Outcome.STORED));
        }
    }

    private void onRefused(List<Part> parts, WriteResult.Refused refused) {
        List<Part> others = new ArrayList<>(parts);
        Part odd = others.remove(refused.index());
        // Backwards, each to the front: so they keep their order.
        for (int i = others.size() - 1; i >= 0; i--) {
            if (safeguards.has(Safeguard.R50_OTHERS_ARE_SENT_AGAIN)) {
                again(others.get(i));
            } else {
                fence(others.get(i), Outcome.FENCED);
            }
        }
        if (refused.isFenced()) {
            fence(odd, Outcome.FENCED);
            goOn();
        } else {
            // Somebody has written its offsets without a claim: a person, then. What they wrote is what is there.
            LOG.warn("Offsets of group {} were changed by somebody else than a broker", name(odd));
            settle(new ArrayDeque<>(List.of(odd)));
        }
    }

    /** Looks what happened to one after the other. */
    private void settle(ArrayDeque<Part> unknown) {
        Part part = unknown.peekFirst();
        if (part == null) {
            goOn();
            return;
        }
        Continuation.on(loop, store.load(part.group().stored().group()), (found, failure) -> {
            if (found != null) {
                unknown.removeFirst();
                onFound(part, found);
                settle(unknown);
            } else if (failure instanceof CoordinatorException) {
                loop.schedule(RETRY_NS, () -> settle(unknown));
            } else {
                LOG.error("Group {} cannot be read and is given up", name(part), failure);
                unknown.removeFirst();
                fence(part, Outcome.UNKNOWN);
                settle(unknown);
            }
        });
    }

    private void onFound(Part part, StoredGroup found) {
        boolean isIn = part.write().isIn(found);
        if (!part.write().isHeadKept(found)) {
            // Somebody else has claimed it since: what is there of this write was there before, or nobody knows.
            boolean isStored = isIn && !part.write().isEmpty();
            fence(part, part.write().isEmpty() ? Outcome.FENCED : isStored ? Outcome.STORED : Outcome.UNKNOWN);
        } else if (isIn) {
            done(part, found);
        } else {
            part.group().onStored(found);
            again(part);
        }
    }

    private void again(Part part) {
        for (int i = part.changes().size() - 1; i >= 0; i--) {
            part.group().waiting.addFirst(part.changes().get(i));
        }
        due.add(part.group());
    }

    private void fence(Part part, Outcome outcome) {
        ClaimedGroup group = part.group();
        group.fence();
        due.remove(group);
        part.changes().forEach(change -> change.reply().accept(outcome));
        List<Waiting> unsent = List.copyOf(group.waiting);
        group.waiting.clear();
        unsent.forEach(change -> change.reply().accept(Outcome.FENCED));
    }

    private static String name(Part part) {
        return part.group().stored().group();
    }
}
