package io.millrace.client;

import io.millrace.client.MillraceException.Kind;
import io.millrace.proto.v1.OffsetCommit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * The commits of one consumer, in order: one request on its way at a time, and what comes meanwhile becomes the next one,
 * of each partition only the newest offset. So an older commit never overwrites a newer one, however often its request is
 * sent again. One that goes back says so, since the coordinator would take it for an old one: it is lower than what this
 * consumer has found or committed before.
 *
 * <p>A request that joins several commits and is refused is sent again partition by partition, so that one commit's fault
 * is told to nobody else. Pure; one owner, whose thread completes the futures.
 */
final class CommitQueue {
    /** What one request may hold. */
    private static final int MAX_PARTITIONS = 1_000;

    private static final int MAX_TOPICS = 200;

    private record Entry(OwnedPartition partition, CommitPosition position, List<CommitTicket> tickets) {
        OffsetCommit message(boolean isRewind) {
            return OffsetCommit.newBuilder()
                    .setTopic(partition.id().topic())
                    .setTopicId(partition.topicId())
                    .setPartition(partition.id().partition())
                    .setOffset(position.offset())
                    .setLeaderEpoch(position.leaderEpoch())
                    .setMetadata(position.metadata())
                    .setRewind(isRewind)
                    .build();
        }

        void fail(MillraceException failure) {
            tickets.forEach(ticket -> ticket.onFailed(failure));
        }
    }

    private final Map<OwnedPartition, Entry> waiting = new LinkedHashMap<>();
    private final ArrayDeque<Entry> single = new ArrayDeque<>();
    private final List<CompletableFuture<Void>> flushes = new ArrayList<>();
    private final Map<OwnedPartition, Long> known = new HashMap<>();
    private List<Entry> sent = List.of();
    private boolean mustSendAgain;

    /** The consumer reads it from now on; the group is there. */
    void begin(OwnedPartition partition, long committedOffset) {
        known.put(partition, committedOffset);
    }

    /** @param future failed where one of the partitions is not committed; each is by itself */
    void add(Map<OwnedPartition, CommitPosition> positions, CompletableFuture<Void> future) {
        if (positions.isEmpty()) {
            future.complete(null);
            return;
        }
        CommitTicket ticket = new CommitTicket(future, positions.size());
        positions.forEach((partition, position) -> {
            List<CommitTicket> tickets = new ArrayList<>();
            Entry older = waiting.remove(partition);
            if (older != null) {
                tickets.addAll(older.tickets());
            }
            tickets.add(ticket);
            waiting.put(partition, new Entry(partition, position, tickets));
        });
    }

    /** Completes it once nothing waits and nothing is on its way, whatever came of it. */
    void flush(CompletableFuture<Void> future) {
        flushes.add(future);
        settle();
    }

    private void settle() {
        if (sent.isEmpty() && single.isEmpty() && waiting.isEmpty()) {
            List<CompletableFuture<Void>> done = List.copyOf(flushes);
            flushes.clear();
            done.forEach(future -> future.complete(null));
        }
    }

    /** What is to be sent now, for good or until it is answered; empty where nothing is, or something is on its way. */
    List<OffsetCommit> next() {
        if (!sent.isEmpty() && !mustSendAgain) {
            return List.of();
        }
        if (!mustSendAgain) {
            sent = taken();
        }
        mustSendAgain = false;
        return sent.stream().map(this::message).toList();
    }

    private OffsetCommit message(Entry entry) {
        long before = known.getOrDefault(entry.partition(), 0L);
        boolean isRewind = entry.position().offset() < before;
        // Until it is answered the coordinator may have either.
        known.put(entry.partition(), Math.max(before, entry.position().offset()));
        return entry.message(isRewind);
    }

    private List<Entry> taken() {
        if (!single.isEmpty()) {
            return List.of(single.removeFirst());
        }
        List<Entry> taken = new ArrayList<>();
        Set<String> topics = new HashSet<>();
        for (Iterator<Entry> all = waiting.values().iterator(); all.hasNext() && taken.size() < MAX_PARTITIONS; ) {
            Entry entry = all.next();
            if (topics.add(entry.partition().id().topic()) && topics.size() > MAX_TOPICS) {
                break;
            }
            taken.add(entry);
            all.remove();
        }
        return taken;
    }

    void onCommitted() {
        List<Entry> done = sent;
        sent = List.of();
        for (Entry entry : done) {
            known.computeIfPresent(
                    entry.partition(), (partition, before) -> entry.position().offset());
            entry.tickets().forEach(CommitTicket::onCommitted);
        }
        settle();
    }

    /** What was sent was refused by one who did not know better. */
    void sendAgain() {
        mustSendAgain = true;
    }

    void onFailed(MillraceException failure) {
        List<Entry> failed = sent;
        sent = List.of();
        if (failure.kind() == Kind.REFUSED && failure.isDefinite() && isOfSeveralCommits(failed)) {
            single.addAll(failed);
        } else {
            failed.forEach(entry -> entry.fail(failure));
        }
        settle();
    }

    private static boolean isOfSeveralCommits(List<Entry> entries) {
        Set<CommitTicket> tickets = new HashSet<>();
        entries.forEach(entry -> tickets.addAll(entry.tickets()));
        return entries.size() > 1 && tickets.size() > 1;
    }

    /** These are the member's no more: what waits of them is not sent. What is on its way is for the coordinator to judge. */
    void drop(Collection<OwnedPartition> partitions, MillraceException failure) {
        Map<OwnedPartition, Entry> dropped = new HashMap<>(waiting);
        dropped.keySet().retainAll(partitions);
        waiting.keySet().removeAll(dropped.keySet());
        dropped.values().forEach(entry -> entry.fail(failure));
        known.keySet().removeAll(partitions);
        if (mustSendAgain) {
            List<Entry> kept = new ArrayList<>(sent);
            kept.removeIf(entry -> partitions.contains(entry.partition()));
            List<Entry> gone = new ArrayList<>(sent);
            gone.removeAll(kept);
            sent = kept;
            mustSendAgain = !kept.isEmpty();
            gone.forEach(entry -> entry.fail(failure));
        }
        List<Entry> alone = new ArrayList<>(single);
        alone.removeIf(entry -> !partitions.contains(entry.partition()));
        single.removeAll(alone);
        alone.forEach(entry -> entry.fail(failure));
        settle();
    }
}
