package io.millrace.client;

import io.millrace.client.ConsumerRecords.Chunk;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What was fetched of the partitions that are assigned and not handed out, and how far the application is in each. Its
 * turn is raised with each seek: what was fetched in an earlier one is dropped. Knows no thread; of {@link ConsumerBuffer},
 * under its lock.
 */
final class FetchedRecords {
    /** Enough to make a poll worth its cost, and little enough that credit flows back evenly. */
    private static final int MAX_POLL_BYTES = 1 << 20;

    /** Told of what is handed out or dropped on the way. */
    interface OnConsumed {
        void accept(TopicPartition partition, int turn, int bytes);
    }

    private final OnConsumed onConsumed;
    private final Map<TopicPartition, PartitionPosition> positions = new HashMap<>();
    private final ArrayDeque<Fetched> waiting = new ArrayDeque<>();
    private int lastTurn;

    FetchedRecords(OnConsumed onConsumed) {
        this.onConsumed = onConsumed;
    }

    /** Replaces what was assigned before. @return the turn of all these partitions */
    int assign(Map<TopicPartition, StartPosition> starts) {
        positions.clear();
        waiting.clear();
        return add(starts);
    }

    /** These too, from there. @return the turn of all these partitions */
    int add(Map<TopicPartition, StartPosition> starts) {
        lastTurn++;
        remove(starts.keySet());
        starts.forEach((id, start) -> positions.put(id, new PartitionPosition(lastTurn, start)));
        return lastTurn;
    }

    void remove(Collection<TopicPartition> ids) {
        positions.keySet().removeAll(ids);
        waiting.removeIf(fetched -> ids.contains(fetched.partition()));
    }

    boolean isEmpty() {
        return positions.isEmpty();
    }

    Set<TopicPartition> assigned() {
        return Set.copyOf(positions.keySet());
    }

    /** @throws IllegalArgumentException if it is not assigned */
    PartitionPosition of(TopicPartition id) {
        PartitionPosition position = positions.get(id);
        if (position == null) {
            throw new IllegalArgumentException(id + " is not assigned");
        }
        return position;
    }

    /** Null where it is not assigned, or was sought elsewhere since. */
    @Nullable
    PartitionPosition in(TopicPartition id, int turn) {
        PartitionPosition position = positions.get(id);
        return position != null && position.isOfTurn(turn) ? position : null;
    }

    /** @return the partition's new turn */
    int seek(TopicPartition id, StartPosition to) {
        PartitionPosition position = of(id);
        lastTurn++;
        position.seek(lastTurn, to);
        waiting.removeIf(fetched -> fetched.partition().equals(id));
        return lastTurn;
    }

    /** All or none. */
    void pause(Collection<TopicPartition> ids, boolean isPaused) {
        ids.forEach(this::of);
        ids.forEach(id -> of(id).pause(isPaused));
    }

    /** Those that are not assigned any more need not be. */
    void withhold(Collection<TopicPartition> ids) {
        positions.forEach((id, position) -> {
            if (ids.contains(id)) {
                position.withhold();
            }
        });
    }

    void failAll(MillraceException failure) {
        positions.values().forEach(position -> position.onFailed(failure));
    }

    /** How far the application is, where that is known. */
    Map<TopicPartition, CommitPosition> commitPositions() {
        Map<TopicPartition, CommitPosition> known = new HashMap<>();
        positions.forEach((id, position) -> {
            if (position.offset() >= 0) {
                known.put(id, position.commitPosition());
            }
        });
        return known;
    }

    void add(Fetched fetched) {
        if (in(fetched.partition(), fetched.turn()) != null) {
            waiting.add(fetched);
        }
    }

    /** Found anew behind what waits, it is not the application's position yet. */
    void onFound(TopicPartition id, int turn, long offset) {
        PartitionPosition position = in(id, turn);
        if (position != null && !isWaiting(id)) {
            position.onFound(offset);
        }
    }

    /** What one poll hands out. */
    ConsumerRecords take() {
        List<Chunk> chunks = new ArrayList<>();
        int bytes = 0;
        for (Iterator<Fetched> all = waiting.iterator(); all.hasNext() && bytes < MAX_POLL_BYTES; ) {
            Fetched fetched = all.next();
            PartitionPosition position = of(fetched.partition());
            if (position.isHandedOut()) {
                all.remove();
                bytes += fetched.bytes().size();
                onConsumed.accept(
                        fetched.partition(), fetched.turn(), fetched.bytes().size());
                Chunk chunk = position.take(fetched);
                if (chunk != null) {
                    chunks.add(chunk);
                }
            }
        }
        return chunks.isEmpty() ? ConsumerRecords.NONE : new ConsumerRecords(chunks);
    }

    /** Why a partition is not read on; what came before is handed out first. Null where nothing is in the way. */
    @Nullable
    MillraceException failure() {
        for (Map.Entry<TopicPartition, PartitionPosition> one : positions.entrySet()) {
            PartitionPosition position = one.getValue();
            boolean isDue = position.failure() != null && position.isHandedOut();
            if (isDue && (position.isDamaged() || !isWaiting(one.getKey()))) {
                return position.failure();
            }
        }
        return null;
    }

    private boolean isWaiting(TopicPartition id) {
        return waiting.stream().anyMatch(fetched -> fetched.partition().equals(id));
    }

    /** What waits is handed out no more. */
    void close() {
        waiting.clear();
    }
}
