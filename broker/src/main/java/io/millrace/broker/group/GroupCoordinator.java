package io.millrace.broker.group;

import io.millrace.broker.core.BrokerIncarnation;
import io.millrace.broker.core.ClusterImage;
import io.millrace.broker.core.ErrorReason;
import io.millrace.broker.core.Outcome;
import io.millrace.broker.core.Refusal;
import io.millrace.broker.core.Safeguard;
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
import io.millrace.coordinator.tree.GroupNode;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Answers for the groups that this broker coordinates. */
public final class GroupCoordinator implements Groups {
    private static final long TICK_NS = TimeUnit.MILLISECONDS.toNanos(200);

    /** Groups in one answer: some hundred kilobytes, and as many reads. */
    private static final int PAGE = 1_000;

    private final BrokerIncarnation self;
    private final Supplier<ClusterImage> image;
    private final OffsetStore store;
    private final PartitionLookup lookup;
    private final Clock clock;
    private final EventLoop loop;
    private final Safeguards safeguards;
    private final HostedGroups hosted;
    private final GroupExpiry expiry;

    /** @param offsetsRetentionMs for which a group that nobody is in, and nobody commits to, is kept */
    public GroupCoordinator(
            BrokerIncarnation self,
            Supplier<ClusterImage> image,
            OffsetStore store,
            PartitionLookup lookup,
            TopicRecords records,
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
        this.safeguards = safeguards;
        this.hosted = new HostedGroups(self, image, store, clock, loop, safeguards);
        this.expiry = new GroupExpiry(
                hosted,
                store,
                new OrphanedOffsets(hosted, image, records, clock, loop),
                clock,
                loop,
                self.id(),
                offsetsRetentionMs);
    }

    /** Begins to look after time. From any thread, once. */
    public void start() {
        loop.schedule(TICK_NS, this::tick);
        loop.execute(expiry::start);
    }

    /** Behind all that members have said by now: who stands in a long queue was not silent. */
    private void tick() {
        loop.execute(() -> {
            hosted.onTick();
            loop.schedule(TICK_NS, this::tick);
        });
    }

    /** There is a newer image. From any thread. */
    public void onImage(ClusterImage now) {
        SortedMap<String, AssignableTopic> topics = GroupTopics.of(now);
        loop.execute(() -> hosted.onImage(topics));
    }

    /** Sends all members to other brokers, and takes no more. From any thread; completes once all have been told. */
    public CompletionStage<Void> drain() {
        return hosted.leave();
    }

    @Override
    public int coordinator(String group) {
        return hosted.coordinator(group);
    }

    @Override
    public MemberSession join(MemberOpening opening, MemberStream stream) {
        LateSession session = new LateSession(loop, stream);
        // Who claims to have been told something is of a group that there is.
        hosted.with(opening.group(), opening.generation() == 0, outcome -> {
            if (outcome instanceof Outcome.No<HostedGroup> no) {
                stream.refuse(ofMember(no.refusal(), opening.memberId()));
            } else if (outcome instanceof Outcome.Ok<HostedGroup> ok && !session.isGone()) {
                session.become(ok.value().join(opening, stream));
            }
        });
        return session;
    }

    @Override
    public void commit(
            String group,
            Committer committer,
            List<OffsetCommit> offsets,
            Consumer<Outcome<List<CommittedOffset>>> reply) {
        Outcome<List<CommittedOffset>> checked =
                OffsetRules.commit(group, offsets, image.get().topics(), clock.wallMillis());
        if (checked instanceof Outcome.Ok<List<CommittedOffset>> accepted) {
            // Only who is no member makes a group by committing.
            loop.execute(() -> new EndCheck(lookup, loop, committer, accepted.value()).run(refusal -> {
                if (refusal != null) {
                    reply.accept(Outcome.no(refusal));
                } else {
                    hosted.with(
                            group,
                            !committer.isMember(),
                            hosting -> commit(hosting, committer, accepted.value(), offsets, reply));
                }
            }));
        } else {
            loop.execute(() -> reply.accept(checked));
        }
    }

    private static void commit(
            Outcome<HostedGroup> hosting,
            Committer committer,
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
        if (hosting instanceof Outcome.No<HostedGroup> no) {
            reply.accept(Outcome.no(ofMember(no.refusal(), committer.memberId())));
        } else if (hosting instanceof Outcome.Ok<HostedGroup> ok) {
            ok.value().commit(committer, accepted, rewound, reply);
        }
    }

    /** To somebody who takes itself for a member of a group that there is not. */
    private static Refusal ofMember(Refusal refusal, String memberId) {
        return refusal.reason() == ErrorReason.UNKNOWN_GROUP && !memberId.isEmpty()
                ? Refusal.definite(ErrorReason.UNKNOWN_MEMBER, refusal.message() + ", so no member " + memberId)
                : refusal;
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
        List<CommittedOffset> found =
                stored.offsets().stream().map(Offsets::fromStore).toList();
        return safeguards.has(Safeguard.R32_OFFSETS_ARE_OF_A_TOPIC_ID)
                ? OffsetRules.visible(found, wanted, image.get().topics())
                : found;
    }

    @Override
    public void list(String from, Consumer<Outcome<GroupPage>> reply) {
        Continuation.on(loop, store.names(), (names, failure) -> {
            if (names == null) {
                reply.accept(HostedGroups.unreadable("The groups", failure));
            } else {
                // What goes on behind a name goes on also where that group is gone.
                List<String> left =
                        names.stream().filter(name -> name.compareTo(from) > 0).toList();
                list(left.subList(0, Math.min(PAGE, left.size())), left.size() > PAGE, reply);
            }
        });
    }

    private void list(List<String> page, boolean hasMore, Consumer<Outcome<GroupPage>> reply) {
        String next = hasMore ? page.get(page.size() - 1) : "";
        Continuation.on(
                loop,
                store.heads(page),
                (heads, failure) -> reply.accept(
                        heads == null
                                ? HostedGroups.unreadable("The groups", failure)
                                : Outcome.ok(new GroupPage(
                                        heads.stream().map(this::listed).toList(), next))));
    }

    private ListedGroup listed(StoredGroup found) {
        long generation = found.head().map(GroupNode::generation).orElse(0L);
        int members = found.head().map(head -> head.members().size()).orElse(0);
        return new ListedGroup(found.group(), generation, members, coordinator(found.group()));
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
        hosted.with(group, false, outcome -> on(outcome, reply, found -> found.delete(reply)));
    }

    @Override
    public void deleteOffsets(String group, String topic, Consumer<Outcome<Boolean>> reply) {
        hosted.with(
                group,
                false,
                outcome -> on(outcome, reply, found -> {
                    // At once where it is refused, so that nobody waits for a group that changes all the time.
                    if (found.machine().isReading(topic)) {
                        deleteOffsets(found, topic, reply);
                    } else {
                        found.onceRecorded(reply, () -> deleteOffsets(found, topic, reply));
                    }
                }));
    }

    private static void deleteOffsets(HostedGroup found, String topic, Consumer<Outcome<Boolean>> reply) {
        String group = found.stored().group();
        if (found.machine().isReading(topic)) {
            reply.accept(Outcome.no(Refusal.definite(
                    ErrorReason.GROUP_NOT_EMPTY, "A member of group '" + group + "' reads topic '" + topic + "'")));
        } else if (found.stored().topics().contains(topic)) {
            found.write(new GroupChange.WithoutTopic(topic), reply, true);
        } else {
            reply.accept(Outcome.no(Refusal.definite(
                    ErrorReason.UNKNOWN_TOPIC, "Group '" + group + "' has no offsets in topic '" + topic + "'")));
        }
    }

    static Refusal notEmpty(String group) {
        return Refusal.definite(ErrorReason.GROUP_NOT_EMPTY, "Group '" + group + "' has members");
    }
}
