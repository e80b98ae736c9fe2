package io.millrace.lab.history.check;

import io.millrace.lab.history.Partition;
import io.millrace.lab.history.Places;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is known of one group. */
final class GroupState {

    /** Who is told to read what, by generation. */
    final Map<Turn, Claim> turns = new HashMap<>();

    private final Map<Partition, Progress> progress = new HashMap<>();
    private final Map<String, Map<Partition, Hold>> holds = new HashMap<>();

    /** Its generations may have begun anew: nobody can tell whose they are. */
    boolean wasDeleted;

    record Turn(long generation, Partition partition) {}

    record Claim(String member, long generation, long place) {}

    /** A partition that a member holds. */
    static final class Hold {
        final Floor floor;
        boolean hasRead;

        Hold(Floor floor) {
            this.floor = floor;
        }
    }

    /**
     * What the group has at least committed, as far as is known.
     *
     * @param changes how often it went back on purpose before
     */
    record Floor(long offset, long place, long changes) {}

    /** How far the group is in a partition. */
    static final class Progress {
        final Spans read = new Spans();
        /** Where its reading began; -1 before that. */
        long base = -1;

        long committed = -1;
        long committedAt = Places.NONE;
        /** Its going back on purpose, begun or done. */
        long changes;
        /** Of those, what may come into effect at any time. */
        final Set<Object> rewinds = new HashSet<>();
        /** Who was told to read it last. */
        @Nullable
        Claim owner;

        Floor floor() {
            return new Floor(committed, committedAt, changes);
        }

        boolean isStill(Floor floor) {
            return floor.changes() == changes && rewinds.isEmpty();
        }

        void commit(long offset, long place) {
            if (offset > committed) {
                committed = offset;
                committedAt = place;
            }
        }

        /** What was known of it counts no more. */
        void goBack() {
            changes++;
            committed = -1;
            committedAt = Places.NONE;
        }
    }

    Progress of(Partition partition) {
        return progress.computeIfAbsent(partition, first -> new Progress());
    }

    Map<Partition, Hold> holds(String member) {
        return holds.computeIfAbsent(member, first -> new HashMap<>());
    }

    Map<Partition, Floor> floors() {
        Map<Partition, Floor> floors = new HashMap<>();
        progress.forEach((partition, at) -> floors.put(partition, at.floor()));
        return floors;
    }

    /** Somebody sets what is committed. */
    void setByHand(boolean deleted) {
        wasDeleted |= deleted;
        progress.values().forEach(at -> {
            at.goBack();
            at.base = -1;
            at.read.clear();
        });
    }
}
