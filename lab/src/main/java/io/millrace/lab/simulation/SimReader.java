package io.millrace.lab.simulation;

import io.millrace.broker.core.Outcome;
import io.millrace.broker.core.Refusal;
import io.millrace.broker.core.TopicPartition;
import io.millrace.broker.core.group.CommittedOffset;
import io.millrace.broker.core.group.OffsetCommit;
import io.millrace.broker.group.Committer;
import io.millrace.lab.history.ClientEvent.Seek;
import io.millrace.lab.history.GroupEvent;
import io.millrace.lab.history.GroupEvent.Assigned;
import io.millrace.lab.history.GroupEvent.CommitOk;
import io.millrace.lab.history.GroupEvent.Committed;
import io.millrace.lab.history.GroupEvent.CommittedOk;
import io.millrace.lab.history.GroupEvent.Revoked;
import io.millrace.lab.history.PartitionOffset;
import io.millrace.lab.simulation.check.CommitMark;
import io.millrace.lab.simulation.check.GroupWatch;
import io.millrace.lab.simulation.check.Telling;
import io.millrace.lab.simulation.seam.Chance;
import io.millrace.lab.simulation.seam.SimCall;
import io.millrace.lab.simulation.seam.SimPeer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/** What one member of a group reads, from its joining on: it begins where the group was, goes on, goes back, and commits. */
final class SimReader {

    private static final int MAX_STEP = 20;

    private final Workload workload;
    private final SimMember owner;
    private final String group;
    private final String memberId;
    private final Chance chance;
    private final TreeMap<TopicPartition, Place> holds = new TreeMap<>();
    private final TreeMap<TopicPartition, Integer> rewinds = new TreeMap<>();
    private SortedSet<TopicPartition> told = new TreeSet<>();
    private long generation;
    private boolean isCommitting;
    private long lastCommit;

    /** How far it is in one partition that it holds. */
    private static final class Place {
        final long since;
        boolean isKnown;
        boolean isAsking;
        long position;
        long committed = -1;

        Place(long since) {
            this.since = since;
        }
    }

    SimReader(Workload workload, SimMember owner, String group, String memberId, Chance chance) {
        this.workload = workload;
        this.owner = owner;
        this.group = group;
        this.memberId = memberId;
        this.chance = chance;
    }

    String memberId() {
        return memberId;
    }

    /** That it was told last. */
    long generation() {
        return generation;
    }

    /** Number of its newest commit, 0 before that. */
    long lastCommit() {
        return lastCommit;
    }

    SortedSet<TopicPartition> told() {
        return told;
    }

    SortedSet<TopicPartition> holds() {
        return new TreeSet<>(holds.keySet());
    }

    /** Whether it has what it was told, has read all of it, and all that is committed. */
    boolean isSettled() {
        return holds.keySet().equals(told)
                && holds.entrySet().stream().allMatch(held -> isSettled(held.getKey(), held.getValue()));
    }

    private boolean isSettled(TopicPartition partition, Place place) {
        return place.isKnown
                && place.position == workload.checks().committedEnd(partition)
                && place.position == Math.max(0, watch().stored(group, partition));
    }

    private Telling telling() {
        return workload.checks().telling();
    }

    private GroupWatch watch() {
        return workload.checks().groups();
    }

    void onAssigned(long newGeneration, SortedSet<TopicPartition> partitions) {
        generation = newGeneration;
        told = partitions;
        telling()
                .tell(
                        memberId,
                        at -> new Assigned(
                                at, group, memberId, newGeneration, telling().partitions(partitions)));
        partitions.forEach(partition -> {
            if (!holds.containsKey(partition)) {
                holds.put(partition, new Place(newGeneration));
                ask(partition);
            }
        });
        release();
    }

    /** What it is told no more it lets go of, once what it has read of it is committed or cannot be. */
    private void release() {
        TreeSet<TopicPartition> gone = new TreeSet<>(holds.keySet());
        gone.removeAll(told);
        if (!isCommitting && !gone.isEmpty()) {
            holds.keySet().removeAll(gone);
            telling()
                    .tell(
                            memberId,
                            at -> new Revoked(at, group, memberId, telling().partitions(gone)));
            owner.sayBeat();
        }
    }

    /** Reads a bit; the rest by chance. */
    void next(boolean mayRewind) {
        holds.forEach(this::process);
        if (mayRewind && chance.oneIn(40)) {
            rewind();
        }
        if (chance.oneIn(3)) {
            commit();
        }
        holds.forEach((partition, place) -> {
            if (!place.isKnown && !place.isAsking) {
                ask(partition);
            }
        });
    }

    private void process(TopicPartition partition, Place place) {
        long end = Math.min(workload.checks().committedEnd(partition), place.position + chance.between(0, MAX_STEP));
        if (place.isKnown && told.contains(partition) && end > place.position) {
            watch().onProcessed(group, partition, place.position, end);
            workload.checks().onProcessed(memberId, partition, place.position, end);
            place.position = end;
        }
    }

    private void ask(TopicPartition partition) {
        Place place = holds.get(partition);
        if (place != null) {
            place.isAsking = true;
            owner.call(new Fetch(partition, place));
        }
    }

    /**
     * Where the group is in a partition that has become this member's. It is asked by name: what is answered has to be the
     * topic's own while there is that topic, and where another one has the name by now, that one's. So the member begins at
     * what has its topic's id only, as clients do.
     */
    private final class Fetch implements SimCall.Client<Outcome<List<CommittedOffset>>> {
        private final TopicPartition partition;
        private final Place place;
        private final int asked;
        private final long op = telling().newOp();

        Fetch(TopicPartition partition, Place place) {
            this.partition = partition;
            this.place = place;
            this.asked = watch().mark(group, partition);
            telling().tell(memberId, at -> new Committed(at, op, group));
        }

        @Override
        public void serve(SimPeer peer, Consumer<Outcome<List<CommittedOffset>>> reply) {
            peer.groups().fetch(group, List.of(), reply);
        }

        @Override
        public void onAnswer(Outcome<List<CommittedOffset>> answer) {
            place.isAsking = false;
            if (answer instanceof Outcome.Ok<List<CommittedOffset>> ok && holds.get(partition) == place) {
                String topic = workload.topic(partition.topicId());
                Optional<CommittedOffset> named = ok.value().stream()
                        .filter(found -> found.topic().equals(topic) && found.partition() == partition.partition())
                        .findFirst();
                long own = offset(named.filter(found -> found.topicId().equals(partition.topicId())));
                PartitionOffset committed = new PartitionOffset(telling().partition(partition), own);
                telling().tell(memberId, at -> new CommittedOk(at, op, group, List.of(committed)));
                watch().onStart(group, partition, asked, offset(named), memberId, place.since);
                place.position = Math.max(0, own);
                place.committed = place.position;
                place.isKnown = true;
            }
        }

        private static long offset(Optional<CommittedOffset> found) {
            return found.map(CommittedOffset::offset).orElse(-1L);
        }

        @Override
        public void onFailure(boolean maybeServed) {
            place.isAsking = false;
        }
    }

    /** Goes back in one partition, and says so. */
    private void rewind() {
        List<TopicPartition> read = holds.entrySet().stream()
                .filter(held -> held.getValue().isKnown && held.getValue().position > 0 && told.contains(held.getKey()))
                .map(Map.Entry::getKey)
                .toList();
        if (isCommitting || read.isEmpty()) {
            return;
        }
        TopicPartition partition = chance.oneOf(read);
        Place place = Objects.requireNonNull(holds.get(partition));
        place.position = chance.between(0, place.position);
        long position = place.position;
        telling().tell(memberId, at -> new Seek(at, telling().partition(partition), position));
        // Until it is answered nobody knows.
        place.committed = -1;
        rewinds.merge(partition, 1, Integer::sum);
        TreeMap<TopicPartition, Long> offsets = new TreeMap<>();
        offsets.put(partition, place.position);
        send(offsets, true);
    }

    private void commit() {
        TreeMap<TopicPartition, Long> offsets = new TreeMap<>();
        holds.forEach((partition, place) -> {
            if (place.isKnown && place.position > place.committed) {
                offsets.put(partition, place.position);
            }
        });
        if (!isCommitting && !offsets.isEmpty()) {
            send(offsets, false);
        }
    }

    private void send(SortedMap<TopicPartition, Long> offsets, boolean isRewind) {
        isCommitting = true;
        owner.call(new Commit(generation, offsets, isRewind));
    }

    /** One at a time, so that an older one never comes after a newer one. */
    private final class Commit implements SimCall.Client<Outcome<List<CommittedOffset>>> {
        private final long inGeneration;
        private final SortedMap<TopicPartition, Long> offsets;
        private final boolean isRewind;
        private final List<OffsetCommit> commits = new ArrayList<>();
        private final TreeMap<TopicPartition, Integer> sent = new TreeMap<>();
        private final long number = ++lastCommit;
        private final long op = telling().newOp();

        Commit(long inGeneration, SortedMap<TopicPartition, Long> offsets, boolean isRewind) {
            this.inGeneration = inGeneration;
            this.offsets = offsets;
            this.isRewind = isRewind;
            offsets.forEach((partition, offset) -> {
                CommitMark mark = new CommitMark(inGeneration, memberId, rewinds.getOrDefault(partition, 0));
                watch().onSent(group, partition, offset, mark);
                sent.put(partition, watch().mark(group, partition));
                commits.add(new OffsetCommit(
                        workload.topic(partition.topicId()),
                        partition.topicId(),
                        partition.partition(),
                        offset,
                        -1,
                        mark.text(),
                        isRewind));
            });
            telling()
                    .tell(
                            memberId,
                            at -> new GroupEvent.Commit(at, op, group, memberId, inGeneration, named(), isRewind));
        }

        private List<PartitionOffset> named() {
            List<PartitionOffset> named = new ArrayList<>();
            offsets.forEach((partition, offset) ->
                    named.add(new PartitionOffset(telling().partition(partition), offset)));
            return named;
        }

        @Override
        public void serve(SimPeer peer, Consumer<Outcome<List<CommittedOffset>>> reply) {
            peer.groups().commit(group, new Committer(memberId, inGeneration, number), commits, reply);
        }

        @Override
        public void onAnswer(Outcome<List<CommittedOffset>> answer) {
            if (answer instanceof Outcome.Ok<List<CommittedOffset>>) {
                offsets.forEach(this::onStored);
                telling().tell(memberId, at -> new CommitOk(at, op, group));
            } else {
                Refusal refusal = ((Outcome.No<List<CommittedOffset>>) answer).refusal();
                telling().failed(memberId, op, refusal.definite(), refusal.reason());
            }
            done();
        }

        private void onStored(TopicPartition partition, long offset) {
            watch().onCommitted(group, partition, sent.getOrDefault(partition, 0), offset, isRewind);
            Place place = holds.get(partition);
            if (place != null) {
                place.committed = isRewind ? offset : Math.max(place.committed, offset);
            }
        }

        @Override
        public void onFailure(boolean maybeServed) {
            telling().failed(memberId, op, !maybeServed, "NO_ANSWER");
            done();
        }

        private void done() {
            isCommitting = false;
            release();
        }
    }

    @Override
    public String toString() {
        StringBuilder words = new StringBuilder(memberId + " in generation " + generation + " reads " + told);
        holds.forEach((partition, place) -> words.append(", ")
                .append(partition)
                .append(place.isKnown ? " at " + place.position : " unknown")
                .append(" of ")
                .append(workload.checks().committedEnd(partition))
                .append(", stored ")
                .append(watch().stored(group, partition)));
        return words.toString();
    }
}
