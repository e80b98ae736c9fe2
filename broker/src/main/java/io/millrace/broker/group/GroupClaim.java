package io.millrace.broker.group;

import io.millrace.broker.core.Safeguard;
import io.millrace.broker.runtime.Continuation;
import io.millrace.coordinator.CoordinatorException;
import io.millrace.coordinator.GroupChange;
import io.millrace.coordinator.GroupWrite;
import io.millrace.coordinator.OffsetStore;
import io.millrace.coordinator.OffsetStore.WriteResult;
import io.millrace.coordinator.StoredGroup;
import io.millrace.coordinator.tree.GroupNode;
import java.util.List;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Takes one group over: raises its generation in this broker's name, after which nothing of an earlier claim can be
 * written any more, and then reads what it has. Belongs to the groups' loop.
 */
final class GroupClaim {
    private static final int MAX_TRIES = 10;

    private final OffsetStore store;
    private final GroupsContext context;
    private final String group;
    private final boolean mayCreate;
    private final BiConsumer<@Nullable StoredGroup, @Nullable Throwable> done;
    private int tries;

    /** @param done takes the group, an absent one where it may not be made, or null and why it could not be claimed */
    GroupClaim(
            OffsetStore store,
            GroupsContext context,
            String group,
            boolean mayCreate,
            BiConsumer<@Nullable StoredGroup, @Nullable Throwable> done) {
        this.store = store;
        this.context = context;
        this.group = group;
        this.mayCreate = mayCreate;
        this.done = done;
    }

    void run() {
        tries++;
        Continuation.on(context.loop(), store.head(group), (found, failure) -> {
            if (found == null || (found.head().isEmpty() && !mayCreate)) {
                done.accept(found, failure);
            } else if (found.head().isEmpty() || context.safeguards().has(Safeguard.R42_CLAIMS_FENCE)) {
                claim(found);
            } else {
                load(found);
            }
        });
    }

    private long nowMs() {
        return context.clock().wallMillis();
    }

    private void claim(StoredGroup found) {
        GroupWrite write = new GroupWrite(found)
                .add(new GroupChange.Head(found.head()
                        .map(this::next)
                        .orElseGet(() -> new GroupNode(1, context.claimant(), new TreeMap<>(), nowMs()))));
        Continuation.on(context.loop(), store.write(List.of(write)), (result, failure) -> {
            if (result instanceof WriteResult.Written written) {
                load(written.groups().get(0));
            } else if (result == null || tries == MAX_TRIES) {
                done.accept(null, failure == null ? contended() : failure);
            } else {
                // After a lost answer the claim may stand; the next one does in any case.
                run();
            }
        });
    }

    private GroupNode next(GroupNode now) {
        boolean isEmpty = now.members().isEmpty();
        Long emptySince = isEmpty && now.emptySince() == null ? Long.valueOf(nowMs()) : now.emptySince();
        return new GroupNode(now.generation() + 1, context.claimant(), now.members(), emptySince);
    }

    private void load(StoredGroup claimed) {
        Continuation.on(context.loop(), store.load(group), (found, failure) -> {
            if (found == null) {
                done.accept(null, failure);
            } else if (found.hasSameHead(claimed)) {
                done.accept(found, null);
            } else if (tries < MAX_TRIES) {
                run();
            } else {
                done.accept(null, contended());
            }
        });
    }

    private CoordinatorException contended() {
        return new CoordinatorException("Group " + group + " could not be claimed in " + MAX_TRIES + " tries");
    }
}
