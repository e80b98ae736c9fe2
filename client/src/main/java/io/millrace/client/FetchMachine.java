package io.millrace.client;

import com.google.protobuf.ByteString;
import io.millrace.client.MillraceException.Kind;
import io.millrace.proto.v1.Certainty;
import io.millrace.proto.v1.ErrorReason;
import io.millrace.proto.v1.FetchResponse;
import io.millrace.proto.v1.LeaderHint;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Decides what a consumer reads, from whom, and how much may come ahead of the application.
 *
 * <p>Pure: no clock, thread or connection; one owner. Each partition has a stream of its own to its leader. Its turn is
 * raised with each seek: whatever names an older one is of no use any more.
 */
final class FetchMachine {
    /** Brokers speak once a second. */
    private static final long SILENCE_NS = 2_500_000_000L;

    private static final long GIVE_UP_NS = 5_000_000_000L;
    private static final int MAX_RESPONSE_BYTES = 1 << 20;

    /** A broker that comes up is noticed by the watch as well: questions in vain need not follow each other closely. */
    private static final long NEWS_PAUSE_NS = 500_000_000L;

    private final long bufferBytes;
    private final OutOfRangePolicy onOutOfRange;
    private final Routes routes;
    private final FetchEffects effects;
    private final DoubleSupplier random;
    private final Map<TopicPartition, PartitionFetcher> assigned = new LinkedHashMap<>();
    private final Map<Long, PartitionFetcher> streams = new HashMap<>();
    private final Set<String> askedTopics = new HashSet<>();
    private final Map<String, Long> noNewsBeforeNs = new HashMap<>();
    private long lastStreamId;

    FetchMachine(
            long bufferBytes,
            OutOfRangePolicy onOutOfRange,
            Routes routes,
            FetchEffects effects,
            DoubleSupplier random) {
        this.bufferBytes = bufferBytes;
        this.onOutOfRange = onOutOfRange;
        this.routes = routes;
        this.effects = effects;
        this.random = random;
    }

    /** Replaces what was assigned before. */
    void assign(Map<TopicPartition, StartPosition> positions, int turn) {
        List.copyOf(assigned.values()).forEach(this::drop);
        assigned.clear();
        positions.forEach((id, position) -> assigned.put(id, new PartitionFetcher(id, turn, position)));
    }

    /** Reads these too, from there; the others are left as they are. */
    void add(Map<TopicPartition, StartPosition> positions, int turn) {
        remove(positions.keySet());
        positions.forEach((id, position) -> assigned.put(id, new PartitionFetcher(id, turn, position)));
    }

    void remove(Collection<TopicPartition> ids) {
        for (TopicPartition id : ids) {
            PartitionFetcher fetcher = assigned.remove(id);
            if (fetcher != null) {
                drop(fetcher);
            }
        }
    }

    void seek(TopicPartition id, int turn, StartPosition position) {
        PartitionFetcher fetcher = assigned.get(id);
        if (fetcher != null) {
            drop(fetcher);
            fetcher.seek(turn, position);
        }
    }

    /** What is buffered stays; no more is asked for. */
    void pause(TopicPartition id, boolean isPaused) {
        PartitionFetcher fetcher = assigned.get(id);
        if (fetcher != null) {
            fetcher.pause(isPaused);
        }
    }

    /** The application has taken so much of what was delivered. */
    void onConsumed(TopicPartition id, int turn, int bytes) {
        PartitionFetcher fetcher = assigned.get(id);
        if (fetcher != null && fetcher.turn() == turn) {
            fetcher.onConsumed(bytes);
        }
    }

    void onFound(TopicPartition id, int turn, long offset) {
        PartitionFetcher fetcher = assigned.get(id);
        if (fetcher != null && fetcher.turn() == turn && fetcher.nextOffset() < 0) {
            fetcher.onFound(offset);
            effects.onFound(id, turn, offset);
        }
    }

    void onNotFound(TopicPartition id, int turn, MillraceException failure, long nowNs) {
        PartitionFetcher fetcher = assigned.get(id);
        if (fetcher != null && fetcher.turn() == turn && fetcher.nextOffset() < 0) {
            fetcher.onNotFound(nowNs, random.getAsDouble());
            waitOrFail(fetcher, failure, nowNs);
        }
    }

    /** The question was answered; what was learned is in the routes. */
    void onNews(String topic) {
        askedTopics.remove(topic);
        noNewsBeforeNs.remove(topic);
    }

    /** Nobody has answered it, or not as hoped. */
    void onNoNews(String topic, MillraceException failure, long nowNs) {
        askedTopics.remove(topic);
        noNewsBeforeNs.put(topic, nowNs + NEWS_PAUSE_NS);
        for (PartitionFetcher fetcher : assigned.values()) {
            if (fetcher.id().topic().equals(topic) && fetcher.mustOpen()) {
                waitOrFail(fetcher, failure, nowNs);
            }
        }
    }

    /** What may pass is waited for, however long that takes. */
    private void waitOrFail(PartitionFetcher fetcher, MillraceException failure, long nowNs) {
        if (RetryRules.isNoBroker(failure, routes.hasAnswered()) || !isPassing(fetcher, failure, nowNs)) {
            fail(fetcher, failure);
        } else {
            fetcher.onHeldUp(failure);
        }
    }

    void onFetched(long streamId, FetchResponse response, long nowNs) {
        PartitionFetcher fetcher = streams.get(streamId);
        if (fetcher == null) {
            return;
        }
        ByteString batches = response.getBatches();
        long from = fetcher.nextOffset();
        fetcher.onFetched(batches.size(), response.getNextOffset(), nowNs);
        effects.deliver(fetcher.id(), fetcher.turn(), from, response.getNextOffset(), batches);
    }

    void onHeartbeat(long streamId, long nowNs) {
        PartitionFetcher fetcher = streams.get(streamId);
        if (fetcher != null) {
            fetcher.onHeard(nowNs);
        }
    }

    /** The broker sends no more, for a good reason. */
    void onEnd(long streamId, @Nullable LeaderHint hint, long nowNs) {
        PartitionFetcher fetcher = streams.get(streamId);
        if (fetcher == null) {
            return;
        }
        String endpoint = fetcher.endpoint();
        drop(fetcher);
        if (hint != null && routes.onHint(fetcher.id().topic(), fetcher.id().partition(), hint)) {
            return;
        }
        MillraceException failure = MillraceException.withoutDetail(
                Kind.UNREACHABLE, Certainty.CERTAINTY_DEFINITE, endpoint + " ended the stream", null);
        leave(fetcher, endpoint, failure, nowNs);
    }

    void onClosed(long streamId, MillraceException failure, long nowNs) {
        PartitionFetcher fetcher = streams.get(streamId);
        if (fetcher == null) {
            return;
        }
        String endpoint = fetcher.endpoint();
        drop(fetcher);
        if (failure.reason() == ErrorReason.ERROR_REASON_OFFSET_OUT_OF_RANGE) {
            onOutOfRange(fetcher, failure);
        } else if (isPassing(fetcher, failure, nowNs)) {
            leave(fetcher, endpoint, failure, nowNs);
        } else {
            fail(fetcher, failure);
        }
    }

    /** A stream that was cut off may go on elsewhere, whatever gRPC calls the cut. */
    private static boolean isPassing(PartitionFetcher fetcher, MillraceException failure, long nowNs) {
        long forMs = fetcher.failingForMs(failure, nowNs);
        return failure.kind() != Kind.REFUSED
                || failure.reason() == ErrorReason.ERROR_REASON_LIMIT_EXCEEDED
                || RetryRules.mayRetry(failure, true, forMs);
    }

    private void onOutOfRange(PartitionFetcher fetcher, MillraceException failure) {
        switch (onOutOfRange) {
            case FAIL -> fail(fetcher, failure);
            case EARLIEST -> fetcher.findAnew(StartPosition.earliest());
            case LATEST -> fetcher.findAnew(StartPosition.latest());
        }
    }

    private void leave(PartitionFetcher fetcher, @Nullable String endpoint, MillraceException failure, long nowNs) {
        TopicPartition id = fetcher.id();
        boolean isNews = failure.leader().isPresent()
                && routes.onHint(id.topic(), id.partition(), failure.leader().get());
        Routes.Leader leader = leader(fetcher);
        if (isNews || leader == null || endpoint == null || !leader.endpoint().equals(endpoint)) {
            return;
        }
        fetcher.tries().onFailed(leader, failure, nowNs / 1_000_000, random.getAsDouble());
        if (RetryRules.spoilsRoute(failure, leader.leaderEpoch())) {
            routes.onLeaderFailed(id.topic(), id.partition(), endpoint);
        }
    }

    private void fail(PartitionFetcher fetcher, MillraceException failure) {
        fetcher.onFailed();
        effects.fail(fetcher.id(), fetcher.turn(), failure);
    }

    private Routes.@Nullable Leader leader(PartitionFetcher fetcher) {
        return routes.leader(fetcher.id().topic(), fetcher.id().partition()).orElse(null);
    }

    /** Whether nothing is assigned. */
    boolean isIdle() {
        return assigned.isEmpty();
    }

    /** Opens what is not open, leaves who hangs or no longer leads, and grants what was consumed. To be called often. */
    void pump(long nowNs) {
        int shares = Math.max(1, assigned.size());
        long shareBytes = Math.max(1, bufferBytes / shares);
        MillraceException heldUpBy = null;
        for (PartitionFetcher fetcher : assigned.values()) {
            heldUpBy = fetcher.heldUpBy() == null ? heldUpBy : fetcher.heldUpBy();
            if (fetcher.mustFind(nowNs)) {
                fetcher.onFinding();
                effects.find(fetcher.id(), fetcher.turn(), fetcher.wanted());
            }
            if (fetcher.isStreaming()) {
                watch(fetcher, nowNs);
            }
            if (fetcher.mustOpen()) {
                open(fetcher, shareBytes, nowNs);
            }
            grant(fetcher, shareBytes);
        }
        effects.holdUp(heldUpBy);
    }

    private void open(PartitionFetcher fetcher, long shareBytes, long nowNs) {
        Routes.Leader leader = leader(fetcher);
        if (leader == null || !fetcher.tries().mayTry(leader, nowNs / 1_000_000)) {
            askNews(fetcher, nowNs);
            return;
        }
        lastStreamId++;
        streams.put(lastStreamId, fetcher);
        fetcher.onOpened(lastStreamId, leader.endpoint(), nowNs);
        // Small beside the share, so that it is filled again while the rest is consumed.
        int maxBytes = (int) Math.max(1, Math.min(MAX_RESPONSE_BYTES, shareBytes / 4));
        effects.open(lastStreamId, leader.endpoint(), fetcher.id(), fetcher.nextOffset(), maxBytes);
    }

    private void grant(PartitionFetcher fetcher, long shareBytes) {
        long bytes = fetcher.missingCredit(shareBytes);
        if (bytes > 0) {
            effects.credit(fetcher.streamId(), fetcher.onCredit(bytes), bytes);
        }
    }

    private void watch(PartitionFetcher fetcher, long nowNs) {
        Routes.Leader leader = leader(fetcher);
        String endpoint = fetcher.endpoint();
        if (leader != null && !leader.endpoint().equals(endpoint)) {
            // Reading twice harms nobody: no need to wait for the old leader's own word.
            drop(fetcher);
        } else if (fetcher.silentNs(nowNs) > SILENCE_NS) {
            onSilence(fetcher, endpoint, nowNs);
        }
    }

    private void onSilence(PartitionFetcher fetcher, @Nullable String endpoint, long nowNs) {
        if (endpoint == null) {
            askNews(fetcher, nowNs);
            return;
        }
        MillraceException failure = MillraceException.noAnswer(endpoint, Certainty.CERTAINTY_DEFINITE);
        if (!routes.isSilent(endpoint)) {
            // Said before anybody is asked who leads: it would be the first to be asked, where it answered last.
            routes.onSilence(endpoint, String.valueOf(failure.getMessage()));
        }
        if (fetcher.silentNs(nowNs) > GIVE_UP_NS) {
            drop(fetcher);
            leave(fetcher, endpoint, failure, nowNs);
        } else {
            askNews(fetcher, nowNs);
        }
    }

    private void askNews(PartitionFetcher fetcher, long nowNs) {
        String topic = fetcher.id().topic();
        Long notBeforeNs = noNewsBeforeNs.get(topic);
        boolean isResting = notBeforeNs != null && nowNs - notBeforeNs < 0;
        if (!isResting && askedTopics.add(topic)) {
            effects.askNews(topic);
        }
    }

    private void drop(PartitionFetcher fetcher) {
        if (fetcher.isStreaming()) {
            streams.remove(fetcher.streamId());
            effects.cancel(fetcher.streamId());
            fetcher.onClosed();
        }
    }
}
