package io.millrace.broker.group;

import io.millrace.broker.core.BrokerIncarnation;
import io.millrace.broker.core.ClusterImage;
import io.millrace.broker.core.ErrorReason;
import io.millrace.broker.core.Outcome;
import io.millrace.broker.core.Refusal;
import io.millrace.broker.core.Safeguards;
import io.millrace.broker.core.TopicPartition;
import io.millrace.broker.core.group.CommittedOffset;
import io.millrace.broker.core.group.GroupTopics;
import io.millrace.broker.core.group.OffsetCommit;
import io.millrace.broker.core.group.OffsetRules;
import io.millrace.broker.core.group.assign.AssignableTopic;
import io.millrace.broker.runtime.Clock;
import io.millrace.broker.runtime.Continuation;
import io.millrace.broker.runtime.EventLoop;
import io.millrace.coordinator.GroupChange;
import io.millrace.coordinator.OffsetStore;
import io.millrace.coordinator.StoredGroup;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Answers for the groups that this broker coordinates. */
public final class GroupCoordinator implements Groups {
    private static final long TICK_NS = TimeUnit.MILLISECONDS.toNanos(200);

    private final BrokerIncarnation self;
    private final Supplier<ClusterImage> image;
    private final OffsetStore store;
    private final PartitionLookup lookup;
    private final Clock clock;
    private final EventLoop loop;
    private final HostedGroups hosted;
    private final GroupExpiry expiry;

    /** @param offsetsRetentionMs for which a group that nobody is in, and nobody commits to, is kept */
    public GroupCoordinator(
            BrokerIncarnation self,
            Supplier<ClusterImage> image,
            OffsetStore store,
            PartitionLookup lookup,
            Clock clock,
            EventLoop loop,
            long offsetsRetentionMs,
            Safeguards safeguards) {
        this.self = self;
        this.image = image;
        this.store = store;
        this.lookup = lookup;
        this.clock = clock;
        this.loop = loop;
        this.hosted = new HostedGroups(self, image, store, clock, loop, safeguards);
        this.expiry = new GroupExpiry(hosted, store, clock, loop, self.id(), offsetsRetentionMs);
    }

    /** Begins to look after time. From any thread, once. */
    public void start() {
        loop.schedule(TICK_NS, this::tick);
        loop.execute(expiry::start);
    }

    private void tick() {
        hosted.onTick();
        loop.schedule(TICK_NS, this::tick);
    }

    /** There is a newer image. From any thread. */
    public void onImage(ClusterImage now) {
        SortedMap<String, AssignableTopic> topics = GroupTopics.of(now);
        loop.execute(() -> hosted.onImage(topics));
    }

    /** Sends all members to other brokers, and takes no more. From any thread. */
    public void drain() {
        hosted.leave();
    }

    @Override
    public int coordinator(String group) {
        return hosted.coordinator(group);
    }

    @Override
    public MemberSession join(MemberOpening opening, MemberStream stream) {
        LateSession session = new LateSession(loop, stream);
        hosted.with(opening.group(), true, outcome -> {
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
                            hosted.with(
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
        hosted.with(group, false, outcome -> {
            if (outcome instanceof Outcome.No<HostedGroup> no && no.refusal().reason() == ErrorReason.UNKNOWN_GROUP) {
                reply.accept(Outcome.ok(List.of()));
            } else {
                on(outcome, reply, found -> found.read(reply, stored -> visible(stored, wanted)));
            }
        });
    }

    private List<CommittedOffset> visible(StoredGroup stored, List<String> wanted) {
        return OffsetRules.visible(
                stored.offsets().stream().map(Offsets::fromStore).toList(),
                wanted,
                image.get().topics());
    }

    @Override
    public void list(Consumer<Outcome<List<ListedGroup>>> reply) {
        Continuation.on(loop, store.groups(), (names, failure) -> {
            if (names == null) {
                reply.accept(HostedGroups.unreadable("The groups", failure));
            } else {
                new GroupListing(store, loop, names, hosted::coordinator, reply).run();
            }
        });
    }

    @Override
    public void describe(String group, Consumer<Outcome<GroupDescription>> reply) {
        hosted.with(
                group,
                false,
                outcome -> on(
                        outcome,
                        reply,
                        found -> new Describing(
                                        group,
                                        self.id(),
                                        found.machine(),
                                        visible(found.stored(), List.of()),
                                        image.get(),
                                        lookup,
                                        clock,
                                        loop,
                                        reply)
                                .run()));
    }

    @Override
    public void reset(OffsetReset reset, Consumer<Outcome<List<ResetOffset>>> reply) {
        boolean mayCreate = !Resetting.needsGroup(reset.target()) && !reset.isDryRun();
        hosted.with(
                reset.group(),
                mayCreate,
                outcome -> new Resetting(reset, image.get(), lookup, clock, loop, reply).run(outcome));
    }

    @Override
    public void delete(String group, Consumer<Outcome<Boolean>> reply) {
        hosted.with(
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
                hosted.letGo(name, group);
            }
            reply.accept(outcome);
        };
    }

    @Override
    public void deleteOffsets(String group, String topic, Consumer<Outcome<Boolean>> reply) {
        hosted.with(
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
}
