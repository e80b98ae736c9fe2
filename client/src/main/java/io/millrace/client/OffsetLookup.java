package io.millrace.client;

import io.millrace.client.GroupHandover.Arrival;
import io.millrace.proto.v1.ErrorReason;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds what the group has committed of partitions that come, which is where reading begins; asks until it is told, or
 * they are gone again. On the consumer's thread, {@link #failure} from any.
 */
final class OffsetLookup {
    private static final Logger LOG = LoggerFactory.getLogger(OffsetLookup.class);
    private static final long AGAIN_MS = 1_000;

    private final Network network;
    private final ClientLoop loop;
    private final GroupCalls calls;
    private final OutageLog outage;
    private final Consumer<List<Arrival>> onFound;
    private final Runnable onFailure;
    private final Map<OwnedPartition, Long> tenures = new LinkedHashMap<>();
    private volatile @Nullable MillraceException failure;

    /**
     * @param onFound told of what was found, each partition once for each time that it was asked for
     * @param onFailure run when {@link #failure} may have changed
     */
    OffsetLookup(
            Network network,
            ClientLoop loop,
            GroupCalls calls,
            OutageLog outage,
            Consumer<List<Arrival>> onFound,
            Runnable onFailure) {
        this.network = network;
        this.loop = loop;
        this.calls = calls;
        this.outage = outage;
        this.onFound = onFound;
        this.onFailure = onFailure;
    }

    /** Why nothing is found and will not be by waiting; null where that is not so. */
    @Nullable
    MillraceException failure() {
        return failure;
    }

    /** @param wanted with their tenures */
    void find(Map<OwnedPartition, Long> wanted) {
        tenures.putAll(wanted);
        ask(wanted, false);
    }

    /** @return whether it was still being looked for, and is not any more */
    boolean drop(OwnedPartition partition) {
        boolean wasWanted = tenures.remove(partition) != null;
        settle();
        return wasWanted;
    }

    void dropAll() {
        tenures.clear();
        settle();
    }

    private void settle() {
        if (tenures.isEmpty()) {
            failure = null;
            outage.onOver();
        }
    }

    /** @param everywhere whether to ask for all topics, because one of those wanted is not there */
    private void ask(Map<OwnedPartition, Long> wanted, boolean everywhere) {
        Map<OwnedPartition, Long> still = new LinkedHashMap<>(wanted);
        still.entrySet().removeIf(one -> !one.getValue().equals(tenures.get(one.getKey())));
        if (still.isEmpty()) {
            return;
        }
        var unused = calls.committed(still.keySet(), everywhere)
                .whenComplete((found, thrown) -> loop.execute(() -> {
                    if (thrown == null) {
                        take(still, found);
                    } else {
                        onNotFound(still, everywhere, RetryingCall.unwrap(thrown));
                    }
                }));
    }

    private void take(Map<OwnedPartition, Long> wanted, Map<OwnedPartition, CommitPosition> found) {
        List<Arrival> arrivals = new ArrayList<>();
        wanted.forEach((partition, tenure) -> {
            if (tenures.remove(partition, tenure)) {
                arrivals.add(new Arrival(partition, tenure, found.get(partition)));
            }
        });
        failure = null;
        outage.onOver();
        onFound.accept(arrivals);
    }

    private void onNotFound(Map<OwnedPartition, Long> wanted, boolean everywhere, MillraceException thrown) {
        if (network.channels().isClosed()) {
            return;
        }
        boolean isOfTopic = thrown.reason() == ErrorReason.ERROR_REASON_UNKNOWN_TOPIC;
        if (isOfTopic && !everywhere) {
            ask(wanted, true);
            return;
        }
        if (RetryRules.mayRetry(thrown, true, 0)) {
            outage.onHeldUp(thrown);
        } else {
            failure = thrown;
        }
        settle();
        onFailure.run();
        askLater(wanted, everywhere);
    }

    private void askLater(Map<OwnedPartition, Long> wanted, boolean everywhere) {
        Runnable again = () -> loop.execute(() -> ask(wanted, everywhere));
        try {
            var unused = network.timer().schedule(again, AGAIN_MS, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException closed) {
            // Since the question whether it is: nobody waits any more.
            LOG.debug("closed while offsets were looked for", closed);
        }
    }
}
