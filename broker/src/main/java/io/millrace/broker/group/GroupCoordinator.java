package io.millrace.broker.group;

import io.millrace.broker.core.BrokerIncarnation;
import io.millrace.broker.core.ClusterImage;
import io.millrace.broker.core.ErrorReason;
import io.millrace.broker.core.NameRules;
import io.millrace.broker.core.Outcome;
import io.millrace.broker.core.Refusal;
import io.millrace.broker.core.TopicPartition;
import io.millrace.broker.core.group.CommittedOffset;
import io.millrace.broker.core.group.Coordination;
import io.millrace.broker.core.group.GroupTopics;
import io.millrace.broker.core.group.OffsetCommit;
import io.millrace.broker.core.group.OffsetRules;
import io.millrace.broker.core.group.assign.AssignableTopic;
import io.millrace.broker.runtime.Clock;
import io.millrace.broker.runtime.Continuation;
import io.millrace.broker.runtime.EventLoop;
import io.millrace.coordinator.CoordinatorException;
import io.millrace.coordinator.GroupChange;
import io.millrace.coordinator.OffsetStore;
import io.millrace.coordinator.StoredGroup;
import io.millrace.coordinator.tree.GroupNode;
import io.millrace.coordinator.tree.GroupNode.Claimant;
import io.millrace.coordinator.tree.MalformedNodeException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The groups that this broker coordinates. A group is claimed when somebody asks for it first, and let go of when
 * another broker is to have it, or has claimed it.
 */
public final class GroupCoordinator implements Groups {
    private static final Logger LOG = LoggerFactory.getLogger(GroupCoordinator.class);

    private static final long TICK_NS = TimeUnit.MILLISECONDS.toNanos(200);

    private final BrokerIncarnation self;
    private final Supplier<ClusterImage> image;
    private final OffsetStore store;
    private final PartitionLookup lookup;
    private final Clock clock;
    private final EventLoop loop;
    private final GroupsContext context;
    private final SortedMap<String, Hosting> hosted = new TreeMap<>();
    private SortedMap<String, AssignableTopic> topics = new TreeMap<>();
    private volatile boolean isLeaving;

    public GroupCoordinator(
            BrokerIncarnation self,
            Supplier<ClusterImage> image,
            OffsetStore store,
            PartitionLookup lookup,
            Clock clock,
            EventLoop loop) {
        this.self = self;
        this.image = image;
        this.store = store;
        this.lookup = lookup;
        this.clock = clock;
        this.loop = loop;
        this.context = new GroupsContext(
                loop, clock, new GroupWrites(store, loop), new Claimant(self.id(), self.epoch()), this::notCoordinator);
    }

    /** A group from the first question for it on; the others wait until it is claimed. */
    private static final class Hosting {
        final List<Consumer<Outcome<HostedGroup>>> waiting = new ArrayList<>();

        @Nullable
        HostedGroup group;

        boolean mayCreate;
    }

    /** Begins to look after time. From any thread, once. */
    public void start() {
        loop.schedule(TICK_NS, this::tick);
    }

    private void tick() {
        groups().forEach(HostedGroup::onTick);
        loop.schedule(TICK_NS, this::tick);
    }

    /** There is a newer image. From any thread. */
    public void onImage(ClusterImage now) {
        SortedMap<String, AssignableTopic> seen = GroupTopics.of(now);
        loop.execute(() -> {
            Map.copyOf(hosted).forEach((name, hosting) -> {
                int coordinator = coordinator(name);
                if (coordinator != self.id() && hosting.group != null) {
                    letGo(name, hosting.group);
                }
            });
            if (!seen.equals(topics)) {
                topics = seen;
                groups().forEach(group -> group.onTopics(seen));
            }
        });
    }

    /** Sends all members to other brokers, and takes no more. From any thread. */
    public void drain() {
        isLeaving = true;
        loop.execute(() -> Map.copyOf(hosted).forEach((name, hosting) -> {
            if (hosting.group != null) {
                letGo(name, hosting.group);
            }
        }));
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

    private void letGo(String name, HostedGroup group) {
        Hosting hosting = hosted.get(name);
        if (hosting != null && hosting.group == group) {
            hosted.remove(name);
        }
        group.end(coordinator(name));
    }

    @Override
    public int coordinator(String group) {
        Set<Integer> brokers = new TreeSet<>(image.get().brokers().keySet());
        if (isLeaving) {
            brokers.remove(self.id());
        }
        return Coordination.coordinator(group, brokers).orElse(NO_COORDINATOR);
    }

    private Refusal notCoordinator(String group) {
        int coordinator = coordinator(group);
        String words = coordinator == NO_COORDINATOR
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
    private void with(String name, boolean mayCreate, Consumer<Outcome<HostedGroup>> task) {
        loop.execute(() -> {
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
                        loop,
                        context.claimant(),
                        name,
                        hosting.mayCreate,
                        clock.wallMillis(),
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
        HostedGroup[] self = new HostedGroup[1];
        HostedGroup group = new HostedGroup(context, new ClaimedGroup(found), head, topics, () -> letGo(name, self[0]));
        self[0] = group;
        return group;
    }

    @Override
    public MemberSession join(MemberOpening opening, MemberStream stream) {
        LateSession session = new LateSession(loop);
        with(opening.group(), true, outcome -> {
            if (outcome instanceof Outcome.No<HostedGroup> no) {
                stream.refuse(no.refusal());
            } else if (outcome instanceof Outcome.Ok<HostedGroup> ok && !session.isGone()) {
                session.become(ok.value().join(opening, stream));
            }
        });
        return session;
    }

    @Override
    public void commit(
            String group,
            String memberId,
            long generation,
            List<OffsetCommit> offsets,
            Consumer<Outcome<List<CommittedOffset>>> reply) {
        Outcome<List<CommittedOffset>> checked =
                OffsetRules.commit(group, offsets, image.get().topics(), clock.wallMillis());
        if (checked instanceof Outcome.Ok<List<CommittedOffset>> accepted) {
            new EndCheck(lookup, accepted.value(), refusal -> {
                        if (refusal != null) {
                            loop.execute(() -> reply.accept(Outcome.no(refusal)));
                        } else {
                            with(
                                    group,
                                    true,
                                    hosting -> commit(hosting, memberId, generation, accepted.value(), offsets, reply));
                        }
                    })
                    .run();
        } else {
            loop.execute(() -> reply.accept(checked));
        }
    }

    private static void commit(
            Outcome<HostedGroup> hosting,
            String memberId,
            long generation,
            List<CommittedOffset> accepted,
            List<OffsetCommit> offsets,
            Consumer<Outcome<List<CommittedOffset>>> reply) {
        Set<TopicPartition> rewound = new HashSet<>();
        for (int i = 0; i < offsets.size(); i++) {
            if (offsets.get(i).mayRewind()) {
                rewound.add(new TopicPartition(
                        accepted.get(i).topicId(), accepted.get(i).partition()));
            }
        }
        on(hosting, reply, group -> group.commit(memberId, generation, accepted, rewound, reply));
    }

    /** Refuses where there is no group. */
    private static <T> void on(Outcome<HostedGroup> outcome, Consumer<Outcome<T>> reply, Consumer<HostedGroup> task) {
        if (outcome instanceof Outcome.No<HostedGroup> no) {
            reply.accept(Outcome.no(no.refusal()));
        } else if (outcome instanceof Outcome.Ok<HostedGroup> ok) {
            task.accept(ok.value());
        }
    }

    @Override
    public void fetch(String group, List<String> wanted, Consumer<Outcome<List<CommittedOffset>>> reply) {
        Refusal refusal = OffsetRules.fetch(group, wanted, image.get());
        if (refusal != null) {
            loop.execute(() -> reply.accept(Outcome.no(refusal)));
            return;
        }
        with(group, false, outcome -> {
            if (outcome instanceof Outcome.No<HostedGroup> no && no.refusal().reason() == ErrorReason.UNKNOWN_GROUP) {
                reply.accept(Outcome.ok(List.of()));
            } else {
                on(outcome, reply, found -> reply.accept(Outcome.ok(visible(found, wanted))));
            }
        });
    }

    private List<CommittedOffset> visible(HostedGroup group, List<String> wanted) {
        return OffsetRules.visible(
                group.stored().offsets().stream().map(Offsets::fromStore).toList(),
                wanted,
                image.get().topics());
    }

    @Override
    public void list(Consumer<Outcome<List<ListedGroup>>> reply) {
        Continuation.on(loop, store.groups(), (names, failure) -> {
            if (names == null) {
                reply.accept(unreadable("The groups", failure));
            } else {
                new GroupListing(store, loop, names, this::coordinator, reply).run();
            }
        });
    }

    static <T> Outcome<T> unreadable(String what, @Nullable Throwable failure) {
        return Outcome.no(Refusal.definite(reason(failure), what + " cannot be read: " + text(failure)));
    }

    @Override
    public void describe(String group, Consumer<Outcome<GroupDescription>> reply) {
        with(
                group,
                false,
                outcome -> on(
                        outcome,
                        reply,
                        found -> new Describing(
                                        group,
                                        self.id(),
                                        found.machine(),
                                        visible(found, List.of()),
                                        image.get(),
                                        lookup,
                                        clock,
                                        loop,
                                        reply)
                                .run()));
    }

    @Override
    public void reset(OffsetReset reset, Consumer<Outcome<List<ResetOffset>>> reply) {
        boolean mayCreate = !(reset.target() instanceof ResetTarget.Undo || reset.target() instanceof ResetTarget.Shift)
                && !reset.isDryRun();
        with(
                reset.group(),
                mayCreate,
                outcome -> new Resetting(reset, image.get(), lookup, clock, loop, reply).run(outcome));
    }

    @Override
    public void delete(String group, Consumer<Outcome<Boolean>> reply) {
        with(
                group,
                false,
                outcome -> on(outcome, reply, found -> {
                    if (found.machine().isEmpty()) {
                        found.write(new GroupChange.Deleted(), deleted(group, found, reply), true);
                    } else {
                        reply.accept(Outcome.no(notEmpty(group)));
                    }
                }));
    }

    /** What is asked next of the group claims it anew, if it makes one. */
    private Consumer<Outcome<Boolean>> deleted(String name, HostedGroup group, Consumer<Outcome<Boolean>> reply) {
        return outcome -> {
            if (outcome instanceof Outcome.Ok<Boolean>) {
                letGo(name, group);
            }
            reply.accept(outcome);
        };
    }

    @Override
    public void deleteOffsets(String group, String topic, Consumer<Outcome<Boolean>> reply) {
        with(
                group,
                false,
                outcome -> on(outcome, reply, found -> {
                    if (found.machine().isReading(topic)) {
                        reply.accept(Outcome.no(Refusal.definite(
                                ErrorReason.GROUP_NOT_EMPTY,
                                "A member of group '" + group + "' reads topic '" + topic + "'")));
                    } else if (found.stored().topics().contains(topic)) {
                        found.write(new GroupChange.WithoutTopic(topic), reply, true);
                    } else {
                        reply.accept(Outcome.no(Refusal.definite(
                                ErrorReason.UNKNOWN_TOPIC,
                                "Group '" + group + "' has no offsets in topic '" + topic + "'")));
                    }
                }));
    }

    static Refusal notEmpty(String group) {
        return Refusal.definite(ErrorReason.GROUP_NOT_EMPTY, "Group '" + group + "' has members");
    }

    /** What the service's failure means to the caller; a failure that is not the service's is a fault of this broker. */
    static ErrorReason reason(@Nullable Throwable failure) {
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
}
