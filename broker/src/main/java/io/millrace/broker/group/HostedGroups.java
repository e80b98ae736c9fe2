package io.millrace.broker.group;

import io.millrace.broker.core.BrokerIncarnation;
import io.millrace.broker.core.ClusterImage;
import io.millrace.broker.core.ErrorReason;
import io.millrace.broker.core.NameRules;
import io.millrace.broker.core.Outcome;
import io.millrace.broker.core.Refusal;
import io.millrace.broker.core.Safeguards;
import io.millrace.broker.core.group.Coordination;
import io.millrace.broker.core.group.GroupTopics;
import io.millrace.broker.core.group.assign.AssignableTopic;
import io.millrace.broker.runtime.Clock;
import io.millrace.broker.runtime.EventLoop;
import io.millrace.coordinator.CoordinatorException;
import io.millrace.coordinator.OffsetStore;
import io.millrace.coordinator.StoredGroup;
import io.millrace.coordinator.tree.GroupNode;
import io.millrace.coordinator.tree.GroupNode.Claimant;
import io.millrace.coordinator.tree.MalformedNodeException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The groups that this broker has claimed. One is claimed when somebody asks for it first, and let go of when another
 * broker is to have it, or has claimed it. Belongs to the groups' loop.
 */
final class HostedGroups {
    private static final Logger LOG = LoggerFactory.getLogger(HostedGroups.class);

    /** Between two ticks; longer is a stop of the process, or a task that took too long. */
    private static final long MAX_GAP_MS = 1_000;

    private final BrokerIncarnation self;
    private final Supplier<ClusterImage> image;
    private final OffsetStore store;
    private final GroupsContext context;
    private final SortedMap<String, Hosting> hosted = new TreeMap<>();
    private SortedMap<String, AssignableTopic> topics = new TreeMap<>();
    private volatile boolean isLeaving;
    private long tickedMs;

    /** A group from the first question for it on; the others wait until it is claimed. */
    private static final class Hosting {
        final List<Consumer<Outcome<HostedGroup>>> waiting = new ArrayList<>();

        @Nullable
        HostedGroup group;

        boolean mayCreate;
    }

    HostedGroups(
            BrokerIncarnation self,
            Supplier<ClusterImage> image,
            OffsetStore store,
            Clock clock,
            EventLoop loop,
            Safeguards safeguards) {
        this.self = self;
        this.image = image;
        this.store = store;
        this.context = new GroupsContext(
                loop,
                clock,
                image,
                new GroupWrites(store, loop, safeguards),
                new Claimant(self.id(), self.epoch()),
                this::notCoordinator,
                safeguards);
        this.tickedMs = context.nowMs();
    }

    void onTick() {
        long nowMs = context.nowMs();
        long gapMs = nowMs - tickedMs;
        tickedMs = nowMs;
        if (gapMs > MAX_GAP_MS) {
            LOG.warn("The groups' loop stood still for {} ms: all members have that much longer", gapMs);
            groups().forEach(group -> group.machine().onStalled(gapMs));
        }
        groups().forEach(HostedGroup::onTick);
    }

    /** There is a newer image. */
    void onImage(SortedMap<String, AssignableTopic> seen) {
        letGo(name -> coordinator(name) != self.id());
        SortedSet<String> changed = GroupTopics.changed(topics, seen);
        if (!changed.isEmpty()) {
            topics = seen;
            groups().forEach(group -> group.onTopics(seen, changed));
        }
    }

    /** From any thread: no group is this broker's any more. Completes once all members have been told. */
    CompletionStage<Void> leave() {
        isLeaving = true;
        CompletableFuture<Void> told = new CompletableFuture<>();
        context.loop().execute(() -> {
            letGo(name -> true);
            told.complete(null);
        });
        return told;
    }

    private void letGo(Predicate<String> which) {
        Map.copyOf(hosted).forEach((name, hosting) -> {
            if (hosting.group != null && which.test(name)) {
                letGo(name, hosting.group);
            }
        });
    }

    private List<HostedGroup> groups() {
        List<HostedGroup> groups = new ArrayList<>();
        hosted.values().forEach(hosting -> {
            if (hosting.group != null) {
                groups.add(hosting.group);
            }
        });
        return groups;
    }

    boolean isHosted(String name) {
        return hosted.containsKey(name);
    }

    void letGo(String name, HostedGroup group) {
        Hosting hosting = hosted.get(name);
        if (hosting != null && hosting.group == group) {
            hosted.remove(name);
        }
        group.end(coordinator(name));
    }

    /** From any thread; {@link Groups#NO_COORDINATOR} where there is none. */
    int coordinator(String group) {
        Set<Integer> brokers = new TreeSet<>(image.get().brokers().keySet());
        if (isLeaving) {
            brokers.remove(self.id());
        }
        return Coordination.coordinator(group, brokers).orElse(Groups.NO_COORDINATOR);
    }

    private Refusal notCoordinator(String group) {
        int coordinator = coordinator(group);
        String words = coordinator == Groups.NO_COORDINATOR
                ? "Nobody coordinates group '" + group + "' at present"
                : coordinator == self.id()
                        ? "Group '" + group + "' is being taken over"
                        : "Group '" + group + "' is coordinated by broker " + coordinator;
        return Refusal.definite(ErrorReason.NOT_GROUP_COORDINATOR, words).by(coordinator, -1);
    }

    /**
     * Brings {@code task} the group, claimed, or why there is none: NOT_GROUP_COORDINATOR, COORDINATOR_NOT_AVAILABLE, or
     * UNKNOWN_GROUP where it may not be made.
     */
    void with(String name, boolean mayCreate, Consumer<Outcome<HostedGroup>> task) {
        context.loop().execute(() -> {
            String problem = NameRules.problem("Group name", name);
            if (problem != null) {
                task.accept(Outcome.no(Refusal.definite(ErrorReason.INVALID_REQUEST, problem)));
            } else if (coordinator(name) != self.id()) {
                task.accept(Outcome.no(notCoordinator(name)));
            } else {
                host(name, mayCreate, task);
            }
        });
    }

    private void host(String name, boolean mayCreate, Consumer<Outcome<HostedGroup>> task) {
        Hosting hosting = hosted.get(name);
        if (hosting == null) {
            hosting = new Hosting();
            hosted.put(name, hosting);
            hosting.mayCreate = mayCreate;
            hosting.waiting.add(task);
            claim(name, hosting);
        } else if (hosting.group != null) {
            task.accept(Outcome.ok(hosting.group));
        } else if (mayCreate && !hosting.mayCreate) {
            // What is on its way may come back without a group: then it is for this task to make one.
            hosting.waiting.add(outcome -> {
                if (outcome instanceof Outcome.No<HostedGroup> no
                        && no.refusal().reason() == ErrorReason.UNKNOWN_GROUP) {
                    with(name, true, task);
                } else {
                    task.accept(outcome);
                }
            });
        } else {
            hosting.waiting.add(task);
        }
    }

    private void claim(String name, Hosting hosting) {
        new GroupClaim(
                        store,
                        context,
                        name,
                        hosting.mayCreate,
                        (found, failure) -> onClaimed(name, hosting, found, failure))
                .run();
    }

    private void onClaimed(String name, Hosting hosting, @Nullable StoredGroup found, @Nullable Throwable failure) {
        Outcome<HostedGroup> outcome = outcome(name, found, failure);
        if (outcome instanceof Outcome.Ok<HostedGroup> ok) {
            hosting.group = ok.value();
        } else {
            hosted.remove(name);
        }
        List<Consumer<Outcome<HostedGroup>>> waiting = List.copyOf(hosting.waiting);
        hosting.waiting.clear();
        waiting.forEach(task -> task.accept(outcome));
    }

    private Outcome<HostedGroup> outcome(String name, @Nullable StoredGroup found, @Nullable Throwable failure) {
        if (found == null) {
            return Outcome.no(
                    Refusal.definite(reason(failure), "Group '" + name + "' cannot be read: " + text(failure)));
        }
        GroupNode head = found.head().orElse(null);
        if (head == null) {
            return Outcome.no(Refusal.definite(ErrorReason.UNKNOWN_GROUP, "There is no group '" + name + "'"));
        }
        if (coordinator(name) != self.id()) {
            return Outcome.no(notCoordinator(name));
        }
        LOG.info("Group {} is coordinated here, in generation {}", name, head.generation());
        return Outcome.ok(hosted(name, found, head));
    }

    private HostedGroup hosted(String name, StoredGroup found, GroupNode head) {
        return new HostedGroup(context, new ClaimedGroup(found), head, topics, lost -> letGo(name, lost));
    }

    /** What the service's failure means to the caller; a failure that is not the service's is a fault of this broker. */
    private static ErrorReason reason(@Nullable Throwable failure) {
        if (failure instanceof CoordinatorException) {
            return ErrorReason.COORDINATOR_NOT_AVAILABLE;
        }
        if (failure instanceof MalformedNodeException) {
            LOG.error("A group's node: {}", failure.getMessage());
            return ErrorReason.INTERNAL;
        }
        throw new IllegalStateException("The offset store failed", failure);
    }

    private static String text(@Nullable Throwable failure) {
        return failure == null ? "" : String.valueOf(failure.getMessage());
    }

    static <T> Outcome<T> unreadable(String what, @Nullable Throwable failure) {
        return Outcome.no(Refusal.definite(reason(failure), what + " cannot be read: " + text(failure)));
    }
}
