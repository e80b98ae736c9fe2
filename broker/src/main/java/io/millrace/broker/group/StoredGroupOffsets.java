package io.millrace.broker.group;

import io.millrace.broker.core.ClusterImage;
import io.millrace.broker.core.ErrorReason;
import io.millrace.broker.core.Outcome;
import io.millrace.broker.core.Refusal;
import io.millrace.broker.core.group.CommittedOffset;
import io.millrace.broker.core.group.OffsetCommit;
import io.millrace.broker.core.group.OffsetRules;
import io.millrace.broker.runtime.Clock;
import io.millrace.broker.runtime.Continuation;
import io.millrace.broker.runtime.EventLoop;
import io.millrace.coordinator.CoordinatorException;
import io.millrace.coordinator.GroupOffset;
import io.millrace.coordinator.OffsetCommitResult;
import io.millrace.coordinator.OffsetStore;
import io.millrace.coordinator.tree.MalformedNodeException;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Offsets of groups in the coordination service. */
public final class StoredGroupOffsets implements GroupOffsets {

    private static final Logger LOG = LoggerFactory.getLogger(StoredGroupOffsets.class);

    private final Supplier<ClusterImage> image;
    private final OffsetStore store;
    private final Clock clock;
    private final EventLoop loop;

    public StoredGroupOffsets(Supplier<ClusterImage> image, OffsetStore store, Clock clock, EventLoop loop) {
        this.image = image;
        this.store = store;
        this.clock = clock;
        this.loop = loop;
    }

    @Override
    public void commit(String group, List<OffsetCommit> offsets, Consumer<Outcome<List<CommittedOffset>>> reply) {
        loop.execute(() -> {
            Outcome<List<CommittedOffset>> checked =
                    OffsetRules.commit(group, offsets, image.get().topics(), clock.wallMillis());
            if (checked instanceof Outcome.Ok<List<CommittedOffset>> accepted) {
                store(group, accepted, reply);
            } else {
                reply.accept(checked);
            }
        });
    }

    @Override
    public void fetch(String group, List<String> topics, Consumer<Outcome<List<CommittedOffset>>> reply) {
        loop.execute(() -> {
            Refusal refusal = OffsetRules.fetch(group, topics, image.get());
            if (refusal != null) {
                reply.accept(Outcome.no(refusal));
                return;
            }
            Continuation.on(
                    loop,
                    store.fetch(group),
                    (found, failure) -> reply.accept(
                            found == null
                                    ? Outcome.no(Refusal.definite(
                                            reason(failure), "Offsets cannot be read: " + text(failure)))
                                    : Outcome.ok(visible(found, topics))));
        });
    }

    private void store(
            String group, Outcome.Ok<List<CommittedOffset>> accepted, Consumer<Outcome<List<CommittedOffset>>> reply) {
        List<GroupOffset> stored =
                accepted.value().stream().map(StoredGroupOffsets::toStore).toList();
        Continuation.on(
                loop,
                store.commit(group, stored),
                (result, failure) -> reply.accept(
                        result == null
                                ? Outcome.no(Refusal.indeterminate(
                                        reason(failure),
                                        "Whether the offsets are stored is not known: " + text(failure)))
                                : outcome(result, accepted)));
    }

    private static Outcome<List<CommittedOffset>> outcome(
            OffsetCommitResult result, Outcome.Ok<List<CommittedOffset>> accepted) {
        return switch (result) {
            case COMMITTED -> accepted;
            case CONFLICT ->
                Outcome.no(Refusal.definite(
                        ErrorReason.CONFLICT, "Others committed offsets of this group at the same time; try again"));
            case TOO_LARGE ->
                Outcome.no(Refusal.definite(
                        ErrorReason.LIMIT_EXCEEDED,
                        "The offsets and their metadata are too large for one commit; send them in several"));
        };
    }

    private List<CommittedOffset> visible(List<GroupOffset> found, List<String> topics) {
        return OffsetRules.visible(
                found.stream().map(StoredGroupOffsets::fromStore).toList(),
                topics,
                image.get().topics());
    }

    /** What the service's failure means to the caller; a failure that is not the service's is a fault of this broker. */
    private static ErrorReason reason(@Nullable Throwable failure) {
        if (failure instanceof CoordinatorException) {
            return ErrorReason.COORDINATOR_NOT_AVAILABLE;
        }
        if (failure instanceof MalformedNodeException) {
            LOG.error("Offsets of a group: {}", failure.getMessage());
            return ErrorReason.INTERNAL;
        }
        throw new IllegalStateException("The offset store failed", failure);
    }

    private static String text(@Nullable Throwable failure) {
        return failure == null ? "" : String.valueOf(failure.getMessage());
    }

    private static GroupOffset toStore(CommittedOffset offset) {
        return new GroupOffset(
                offset.topic(),
                offset.topicId(),
                offset.partition(),
                offset.offset(),
                offset.leaderEpoch(),
                offset.metadata(),
                offset.timeMs());
    }

    private static CommittedOffset fromStore(GroupOffset offset) {
        return new CommittedOffset(
                offset.topic(),
                offset.topicId(),
                offset.partition(),
                offset.offset(),
                offset.leaderEpoch(),
                offset.metadata(),
                offset.timeMs());
    }
}
