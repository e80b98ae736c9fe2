package io.millrace.client;

import io.millrace.client.ConsumerRecords.Chunk;
import io.millrace.client.MillraceException.Kind;
import io.millrace.proto.v1.Certainty;
import io.millrace.record.RecordBatch;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** What was fetched and not polled, and how far the application is. Between its thread and the consumer's; safe for both. */
final class ConsumerBuffer {
    /** Enough to make a poll worth its cost, and little enough that credit flows back evenly. */
    private static final int MAX_POLL_BYTES = 1 << 20;

    /** Told of what leaves the buffer. */
    interface OnConsumed {
        void accept(TopicPartition partition, int turn, int bytes);
    }

    /** What a group has to say before records are handed out. Asked under the buffer's lock. */
    interface Gate {
        /** Whether the polling thread has something else to do first. */
        boolean mustAct();

        boolean isOpen(long nowNs);

        /** What every poll has to throw; null for nothing. */
        @Nullable
        MillraceException failure();
    }

    private static final class Slot {
        int turn;
        long position;
        int leaderEpoch;
        boolean isPaused;
        boolean isWithheld;

        @Nullable
        MillraceException failure;

        Slot(int turn, StartPosition position) {
            seek(turn, position);
        }

        void seek(int newTurn, StartPosition to) {
            turn = newTurn;
            position = to instanceof StartPosition.Offset known ? known.offset() : -1;
            leaderEpoch = -1;
            failure = null;
        }
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final OnConsumed onConsumed;
    private final Map<TopicPartition, Slot> slots = new HashMap<>();
    private final ArrayDeque<Fetched> waiting = new ArrayDeque<>();
    private @Nullable Gate gate;
    private int lastTurn;
    private boolean mustWake;
    private boolean isClosed;

    ConsumerBuffer(OnConsumed onConsumed) {
        this.onConsumed = onConsumed;
    }

    /** @return the turn of all these partitions */
    int assign(Map<TopicPartition, StartPosition> positions) {
        lock.lock();
        try {
            lastTurn++;
            slots.clear();
            waiting.clear();
            positions.forEach((id, position) -> slots.put(id, new Slot(lastTurn, position)));
            changed.signalAll();
            return lastTurn;
        } finally {
            lock.unlock();
        }
    }

    /** From now on partitions come and go one by one, and there may be none. */
    void setGate(Gate newGate) {
        lock.lock();
        try {
            gate = newGate;
        } finally {
            lock.unlock();
        }
    }

    /** @return the turn of all these partitions */
    int add(Map<TopicPartition, StartPosition> positions) {
        lock.lock();
        try {
            lastTurn++;
            removeAll(positions.keySet());
            positions.forEach((id, position) -> slots.put(id, new Slot(lastTurn, position)));
            return lastTurn;
        } finally {
            lock.unlock();
        }
    }

    void remove(Collection<TopicPartition> ids) {
        lock.lock();
        try {
            removeAll(ids);
        } finally {
            lock.unlock();
        }
    }

    private void removeAll(Collection<TopicPartition> ids) {
        slots.keySet().removeAll(ids);
        waiting.removeIf(fetched -> ids.contains(fetched.partition()));
    }

    /** Hands out nothing more of these, and knows how far the application is until they are removed. */
    void withhold(Collection<TopicPartition> ids) {
        lock.lock();
        try {
            for (TopicPartition id : ids) {
                Slot slot = slots.get(id);
                if (slot != null) {
                    slot.isWithheld = true;
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** How far the application is, where that is known. */
    Map<TopicPartition, CommitPosition> positions() {
        lock.lock();
        try {
            Map<TopicPartition, CommitPosition> positions = new HashMap<>();
            slots.forEach((id, slot) -> {
                if (slot.position >= 0) {
                    positions.put(id, new CommitPosition(slot.position, slot.leaderEpoch, ""));
                }
            });
            return positions;
        } finally {
            lock.unlock();
        }
    }

    /** The polling thread looks again whether it has something to do. */
    void nudge() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** @return the partition's new turn */
    int seek(TopicPartition id, StartPosition position) {
        lock.lock();
        try {
            Slot slot = slot(id);
            lastTurn++;
            slot.seek(lastTurn, position);
            waiting.removeIf(fetched -> fetched.partition().equals(id));
            return lastTurn;
        } finally {
            lock.unlock();
        }
    }

    void pause(Collection<TopicPartition> ids, boolean isPaused) {
        lock.lock();
        try {
            ids.forEach(this::slot);
            ids.forEach(id -> slot(id).isPaused = isPaused);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    Set<TopicPartition> assigned() {
        lock.lock();
        try {
            return Set.copyOf(slots.keySet());
        } finally {
            lock.unlock();
        }
    }

    private Slot slot(TopicPartition id) {
        Slot slot = slots.get(id);
        if (slot == null) {
            throw new IllegalArgumentException(id + " is not assigned");
        }
        return slot;
    }

    void onFound(TopicPartition id, int turn, long offset) {
        change(id, turn, slot -> {
            // Found anew behind what waits, it is not the application's position yet.
            if (!isWaiting(id)) {
                slot.position = offset;
            }
        });
    }

    void onFailed(TopicPartition id, int turn, MillraceException failure) {
        change(id, turn, slot -> slot.failure = failure);
    }

    /** No partition can be read any more. */
    void onAllFailed(MillraceException failure) {
        lock.lock();
        try {
            slots.values().forEach(slot -> slot.failure = failure);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void add(Fetched fetched) {
        change(fetched.partition(), fetched.turn(), slot -> waiting.add(fetched));
    }

    private void change(TopicPartition id, int turn, java.util.function.Consumer<Slot> change) {
        lock.lock();
        try {
            Slot slot = slots.get(id);
            if (slot != null && slot.turn == turn) {
                change.accept(slot);
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Returns as soon as there is something, or somebody wakes it, or the time is over. */
    ConsumerRecords poll(long timeoutNs) {
        ConsumerRecords records = pollOrAct(timeoutNs);
        return records == null ? ConsumerRecords.NONE : records;
    }

    /** The same, or null as soon as the gate has something else to do. */
    @Nullable
    ConsumerRecords pollOrAct(long timeoutNs) {
        long deadlineNs = System.nanoTime() + timeoutNs;
        lock.lock();
        try {
            while (true) {
                throwIfOver();
                Gate asked = gate;
                if (asked != null && asked.mustAct()) {
                    return null;
                }
                long nowNs = System.nanoTime();
                ConsumerRecords records = asked == null || asked.isOpen(nowNs) ? take() : ConsumerRecords.NONE;
                long leftNs = deadlineNs - nowNs;
                if (!records.isEmpty() || mustWake || leftNs <= 0) {
                    mustWake = false;
                    return records;
                }
                awaitChange(leftNs);
            }
        } finally {
            lock.unlock();
        }
    }

    private ConsumerRecords take() {
        List<Chunk> chunks = new ArrayList<>();
        int bytes = 0;
        for (Iterator<Fetched> all = waiting.iterator(); all.hasNext() && bytes < MAX_POLL_BYTES; ) {
            Fetched fetched = all.next();
            Slot slot = slot(fetched.partition());
            if (slot.isPaused || slot.isWithheld) {
                continue;
            }
            all.remove();
            onConsumed.accept(
                    fetched.partition(), fetched.turn(), fetched.bytes().size());
            bytes += fetched.bytes().size();
            if (slot.failure == null || !isDamaged(slot)) {
                take(fetched, slot, chunks);
            }
        }
        return chunks.isEmpty() ? ConsumerRecords.NONE : new ConsumerRecords(chunks);
    }

    /** Behind a batch that is damaged nothing is handed out: there would be a gap. */
    private static boolean isDamaged(Slot slot) {
        return slot.failure != null && slot.failure.kind() == Kind.PROTOCOL;
    }

    private static void take(Fetched fetched, Slot slot, List<Chunk> chunks) {
        try {
            List<RecordBatch> batches = fetched.batches();
            slot.position = fetched.next();
            slot.leaderEpoch =
                    batches.isEmpty() ? -1 : batches.get(batches.size() - 1).partitionLeaderEpoch();
            chunks.add(new Chunk(fetched.partition(), fetched.from(), fetched.next(), batches));
        } catch (MillraceException damaged) {
            slot.failure = damaged;
        }
    }

    /** What came before the failure is handed out first. */
    private void throwIfOver() {
        if (isClosed) {
            throw new IllegalStateException("the consumer is closed");
        }
        MillraceException ofGroup = gate == null ? null : gate.failure();
        if (ofGroup != null) {
            throw Blocking.rethrown(ofGroup);
        }
        if (slots.isEmpty() && gate == null) {
            throw new IllegalStateException("nothing is assigned that could be read: call assign or subscribe first");
        }
        slots.forEach((id, slot) -> {
            MillraceException failure = slot.failure;
            boolean isDue = failure != null && !slot.isPaused && !slot.isWithheld;
            if (failure != null && isDue && (isDamaged(slot) || !isWaiting(id))) {
                throw Blocking.rethrown(failure);
            }
        });
    }

    private boolean isWaiting(TopicPartition id) {
        return waiting.stream().anyMatch(fetched -> fetched.partition().equals(id));
    }

    /** Waits until the partition's start position is known. */
    long position(TopicPartition id, long timeoutMs) {
        long deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
        lock.lock();
        try {
            while (true) {
                Slot slot = slot(id);
                MillraceException failure = slot.failure;
                long leftNs = deadlineNs - System.nanoTime();
                if (slot.position >= 0) {
                    return slot.position;
                }
                if (failure != null) {
                    throw Blocking.rethrown(failure);
                }
                if (isClosed || leftNs <= 0) {
                    throw MillraceException.withoutDetail(
                            isClosed ? Kind.CANCELLED : Kind.TIMED_OUT,
                            Certainty.CERTAINTY_DEFINITE,
                            "the start of " + id + " was not found in time",
                            null);
                }
                awaitChange(leftNs);
            }
        } finally {
            lock.unlock();
        }
    }

    // Every caller loops; the wait is here so that the interrupt is treated in one place.
    @SuppressWarnings("WaitNotInLoop")
    private void awaitChange(long leftNs) {
        try {
            var unused = changed.await(leftNs, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw MillraceException.withoutDetail(
                    Kind.CANCELLED, Certainty.CERTAINTY_DEFINITE, "interrupted while waiting for records", e);
        }
    }

    void wakeup() {
        lock.lock();
        try {
            mustWake = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void close() {
        lock.lock();
        try {
            isClosed = true;
            waiting.clear();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
