package io.millrace.lab.history;

import java.util.List;

/**
 * What members of consumer groups asked for and were told. A process is in one group at a time, and what it fetches while
 * it is in it the group has read.
 */
public sealed interface GroupEvent extends HistoryEvent {

    String group();

    /** A process is in the group from now on, under this id; what it held under another one it holds no more. */
    record Joined(Stamp at, String group, String member) implements GroupEvent {
        @Override
        public void tell(HistoryListener listener, long place) {
            listener.on(this, place);
        }
    }

    /** It is not in it any more. */
    record Left(Stamp at, String group, String member) implements GroupEvent {
        @Override
        public void tell(HistoryListener listener, long place) {
            listener.on(this, place);
        }
    }

    /** A member is told to read these partitions and no others. It may hold others until it has told {@link Revoked}. */
    record Assigned(Stamp at, String group, String member, long generation, List<Partition> partitions)
            implements GroupEvent {
        public Assigned {
            partitions = List.copyOf(partitions);
        }

        @Override
        public void tell(HistoryListener listener, long place) {
            listener.on(this, place);
        }
    }

    /** A member has let go of these, or was told that they are another's. */
    record Revoked(Stamp at, String group, String member, List<Partition> partitions) implements GroupEvent {
        public Revoked {
            partitions = List.copyOf(partitions);
        }

        @Override
        public void tell(HistoryListener listener, long place) {
            listener.on(this, place);
        }
    }

    /**
     * A member commits.
     *
     * @param rewind whether it goes back on purpose
     */
    record Commit(
            Stamp at,
            long op,
            String group,
            String member,
            long generation,
            List<PartitionOffset> offsets,
            boolean rewind)
            implements GroupEvent {
        public Commit {
            offsets = List.copyOf(offsets);
        }

        @Override
        public void tell(HistoryListener listener, long place) {
            listener.on(this, place);
        }
    }

    /** It is stored. */
    record CommitOk(Stamp at, long op, String group) implements GroupEvent {
        @Override
        public void tell(HistoryListener listener, long place) {
            listener.on(this, place);
        }
    }

    /** Somebody asks what the group has committed. */
    record Committed(Stamp at, long op, String group) implements GroupEvent {
        @Override
        public void tell(HistoryListener listener, long place) {
            listener.on(this, place);
        }
    }

    /** The answer, -1 for partitions that were asked for and have none. */
    record CommittedOk(Stamp at, long op, String group, List<PartitionOffset> offsets) implements GroupEvent {
        public CommittedOk {
            offsets = List.copyOf(offsets);
        }

        @Override
        public void tell(HistoryListener listener, long place) {
            listener.on(this, place);
        }
    }

    /**
     * Somebody has reset or deleted what the group has committed. Told before it is asked for and again when it is done;
     * nothing is expected of commits that were under way at either.
     *
     * @param deleted whether the group itself is gone, and its generations begin anew
     */
    record SetByHand(Stamp at, String group, boolean deleted) implements GroupEvent {
        @Override
        public void tell(HistoryListener listener, long place) {
            listener.on(this, place);
        }
    }
}
