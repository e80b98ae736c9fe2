package io.millrace.broker.group;

import io.millrace.broker.core.Outcome;
import io.millrace.broker.runtime.Continuation;
import io.millrace.broker.runtime.EventLoop;
import io.millrace.coordinator.OffsetStore;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;

/** Reads the heads of all groups, one after the other: a list is not urgent, and the service has other things to do. */
final class GroupListing {
    private final OffsetStore store;
    private final EventLoop loop;
    private final Iterator<String> names;
    private final ToIntFunction<String> coordinator;
    private final Consumer<Outcome<List<ListedGroup>>> reply;
    private final List<ListedGroup> listed = new ArrayList<>();

    GroupListing(
            OffsetStore store,
            EventLoop loop,
            List<String> names,
            ToIntFunction<String> coordinator,
            Consumer<Outcome<List<ListedGroup>>> reply) {
        this.store = store;
        this.loop = loop;
        this.names = names.iterator();
        this.coordinator = coordinator;
        this.reply = reply;
    }

    void run() {
        if (!names.hasNext()) {
            reply.accept(Outcome.ok(listed));
            return;
        }
        String name = names.next();
        Continuation.on(loop, store.head(name), (found, failure) -> {
            if (found == null) {
                reply.accept(HostedGroups.unreadable("Group '" + name + "'", failure));
                return;
            }
            // One that is gone by now is left out.
            found.head()
                    .ifPresent(head -> listed.add(new ListedGroup(
                            name, head.generation(), head.members().size(), coordinator.applyAsInt(name))));
            run();
        });
    }
}
