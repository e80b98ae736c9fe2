package io.millrace.broker.group;

import io.millrace.broker.core.ErrorReason;
import io.millrace.broker.core.Outcome;
import io.millrace.broker.core.Refusal;
import io.millrace.broker.core.Safeguard;
import io.millrace.broker.core.TopicPartition;
import io.millrace.broker.core.group.CommittedOffset;
import io.millrace.broker.core.group.ConsumerGroup;
import io.millrace.broker.core.group.GroupEffect;
import io.millrace.broker.core.group.GroupRecord;
import io.millrace.broker.core.group.OffsetRules;
import io.millrace.broker.core.group.assign.AssignableTopic;
import io.millrace.coordinator.GroupChange;
import io.millrace.coordinator.GroupOffset;
import io.millrace.coordinator.StoredGroup;
import io.millrace.coordinator.tree.GroupNode;
import io.millrace.coordinator.tree.GroupNode.MemberNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A group that this broker has claimed: carries out what its {@link ConsumerGroup} decides. Belongs to the groups' loop.
 */
final class HostedGroup implements GroupEffect.Receiver {
    private static final Logger LOG = LoggerFactory.getLogger(HostedGroup.class);
    private static final long RECORD_PAUSE_NS = TimeUnit.MILLISECONDS.toNanos(20);

    private final String name;
    private final GroupsContext context;
    private final ClaimedGroup claimed;
    private final GroupNode.Claimant claimant;
    private final ConsumerGroup machine;
    private final Map<String, Session> sessions = new HashMap<>();
    private final Consumer<HostedGroup> onLost;
    private boolean isOver;
    private boolean isBeingDeleted;

    /** @param onLost the group is another broker's; called once at most */
    HostedGroup(
            GroupsContext context,
            ClaimedGroup claimed,
            GroupNode head,
            SortedMap<String, AssignableTopic> topics,
            Consumer<HostedGroup> onLost) {
        this.context = context;
        this.claimed = claimed;
        this.name = claimed.stored().group();
        this.claimant = context.claimant();
        this.onLost = onLost;
        SortedMap<String, GroupRecord.Entry> members = new TreeMap<>();
        head.members()
                .forEach((id, member) ->
                        members.put(id, new GroupRecord.Entry(member.instanceId(), member.sessionTimeoutMs())));
        this.machine = new ConsumerGroup(
                name, new GroupRecord(head.generation(), members), topics, context.safeguards(), context.nowMs());
    }

    ConsumerGroup machine() {
        return machine;
    }

    StoredGroup stored() {
        return claimed.stored();
    }

    /** One stream of a member; another one of the same member takes its place. */
    private final class Session implements MemberSession {
        private final String memberId;
        private final MemberStream stream;

        Session(String memberId, MemberStream stream) {
            this.memberId = memberId;
            this.stream = stream;
        }

        private void ifCurrent(Runnable said) {
            context.loop().execute(() -> {
                if (!isOver && sessions.get(memberId) == this) {
                    said.run();
                }
            });
        }

        @Override
        public void heartbeat(long number, long generation, Set<TopicPartition> holds) {
            // It counts from now, however much there is to do before it is read.
            long arrivedMs = context.nowMs();
            ifCurrent(() -> {
                Outcome<List<GroupEffect>> heard = machine.onHeartbeat(memberId, generation, holds, arrivedMs);
                if (heard instanceof Outcome.No<List<GroupEffect>> no) {
                    sessions.remove(memberId);
                    refuse(stream, no.refusal(), generation);
                } else if (heard instanceof Outcome.Ok<List<GroupEffect>> ok) {
                    stream.heard(number);
                    carryOut(ok.value());
                }
            });
        }

        @Override
        public void leave() {
            ifCurrent(() -> {
                sessions.remove(memberId);
                carryOut(machine.onLeave(memberId, context.nowMs()));
            });
        }

        @Override
        public void broken() {
            ifCurrent(() -> {
                sessions.remove(memberId);
                machine.onBroken(memberId, context.nowMs());
            });
        }
    }

    /** @return null where it was refused, and the stream has been told */
    @Nullable
    MemberSession join(MemberOpening opening, MemberStream stream) {
        if (isBeingDeleted) {
            stream.refuse(context.notCoordinator(name));
            return null;
        }
        Session session = new Session(opening.memberId(), stream);
        Session before = sessions.put(opening.memberId(), session);
        Outcome<List<GroupEffect>> joined = machine.onJoin(
                opening.memberId(), opening.generation(), opening.holds(), opening.config(), context.nowMs());
        if (joined instanceof Outcome.No<List<GroupEffect>> no) {
            restore(opening.memberId(), before);
            refuse(stream, no.refusal(), opening.generation());
            return null;
        }
        // What it committed at a coordinator before this one may be on its way still, and must not undo what came after
        // it.
        machine.onCommit(opening.memberId(), opening.commitsFrom());
        if (before != null) {
            before.stream.refuse(Refusal.definite(
                    ErrorReason.CONFLICT, "Member " + opening.memberId() + " has opened another stream"));
        }
        carryOut(((Outcome.Ok<List<GroupEffect>>) joined).value());
        return session;
    }

    private void refuse(MemberStream stream, Refusal refusal, long generation) {
        if (machine.isOfALaterClaim(generation)) {
            doubt(refusal, stream::refuse);
        } else {
            stream.refuse(refusal);
        }
    }

    /**
     * Somebody knows a generation that is not known here: a write of nothing tells whether the group is still this broker's.
     * If it is, then that was a generation of a group of this name that was deleted, and nobody is a member of that.
     */
    private void doubt(Refusal refusal, Consumer<Refusal> told) {
        context.writes().write(claimed, new GroupChange.Offsets(List.of(), List.of()), written -> {
            boolean isOwn = written == GroupWrites.Outcome.STORED;
            told.accept(
                    isOwn
                            ? Refusal.definite(
                                    ErrorReason.UNKNOWN_MEMBER,
                                    "Group '" + name + "' was deleted and made anew since: join again")
                            : refusal);
            if (claimed.isFenced()) {
                lost();
            }
        });
    }

    private void restore(String memberId, @Nullable Session before) {
        if (before == null) {
            sessions.remove(memberId);
        } else {
            sessions.put(memberId, before);
        }
    }

    /** @param accepted by the rules, each with its topic's id */
    void commit(
            Committer committer,
            List<CommittedOffset> accepted,
            Set<TopicPartition> rewound,
            Consumer<Outcome<List<CommittedOffset>>> reply) {
        for (CommittedOffset offset : accepted) {
            Refusal refusal = refusal(committer, offset);
            if (refusal != null) {
                if (machine.isOfALaterClaim(committer.generation())) {
                    doubt(refusal, why -> reply.accept(Outcome.no(why)));
                } else {
                    reply.accept(Outcome.no(refusal));
                }
                return;
            }
        }
        machine.onCommit(committer.memberId(), committer.number());
        boolean mayGoBack = !context.safeguards().has(Safeguard.R42_OFFSETS_GO_FORWARD);
        List<GroupOffset> forward = new ArrayList<>();
        List<GroupOffset> exact = new ArrayList<>();
        accepted.forEach(offset -> {
            TopicPartition partition = new TopicPartition(offset.topicId(), offset.partition());
            (rewound.contains(partition) || mayGoBack ? exact : forward).add(Offsets.toStore(offset));
        });
        write(new GroupChange.Offsets(forward, exact), reply, accepted);
    }

    private @Nullable Refusal refusal(Committer committer, CommittedOffset offset) {
        if (isBeingDeleted) {
            return context.notCoordinator(name);
        }
        // Time has passed since the rules looked: where the partition ends had to be asked.
        Refusal ofTopic = OffsetRules.stillThere(offset, context.image().get().topics());
        return ofTopic != null
                ? ofTopic
                : machine.commitRefusal(
                        committer.memberId(),
                        committer.generation(),
                        committer.number(),
                        new TopicPartition(offset.topicId(), offset.partition()));
    }

    boolean mustBeEmptyForResets() {
        return context.safeguards().has(Safeguard.R42_RESETS_NEED_NOBODY);
    }

    /** Refused where somebody is in it. What comes meanwhile is told to try again: it will find no group, or this one. */
    void delete(Consumer<Outcome<Boolean>> reply) {
        if (!machine.isEmpty()) {
            reply.accept(Outcome.no(GroupCoordinator.notEmpty(name)));
            return;
        }
        isBeingDeleted = true;
        Consumer<Outcome<Boolean>> done = outcome -> {
            isBeingDeleted = false;
            reply.accept(outcome);
        };
        write(
                new GroupChange.Deleted(),
                outcome -> {
                    if (outcome instanceof Outcome.No<Boolean> no
                            && no.refusal().reason() == ErrorReason.LIMIT_EXCEEDED) {
                        deleteInParts(done);
                    } else {
                        done.accept(outcome);
                    }
                },
                true);
    }

    /** Topic by topic, where all of them do not fit into one transaction. What is refused then may be done in part. */
    private void deleteInParts(Consumer<Outcome<Boolean>> done) {
        stored().topics().forEach(topic -> write(new GroupChange.WithoutTopic(topic), gone -> {}, true));
        write(
                new GroupChange.Deleted(),
                outcome -> done.accept(outcome.fold(
                        Outcome::ok,
                        refusal -> Outcome.no(Refusal.indeterminate(refusal.reason(), refusal.message())))),
                true);
    }

    /** Answers with what is stored, once a write of nothing has shown that no other broker has claimed the group (R42). */
    <T> void read(Consumer<Outcome<T>> reply, Function<StoredGroup, T> view) {
        if (context.safeguards().has(Safeguard.R42_FETCHES_CHECK_THE_CLAIM)) {
            write(
                    new GroupChange.Offsets(List.of(), List.of()),
                    outcome -> reply.accept(outcome.fold(checked -> Outcome.ok(view.apply(stored())), Outcome::no)),
                    true);
        } else {
            reply.accept(Outcome.ok(view.apply(stored())));
        }
    }

    /**
     * Runs {@code task} once all that was decided and committed before is stored: somebody who counts as gone, and is still
     * recorded, would be a member of the next coordinator's, and commit over what is done here.
     */
    <T> void onceRecorded(Consumer<Outcome<T>> reply, Runnable task) {
        write(
                new GroupChange.Offsets(List.of(), List.of()),
                checked -> {
                    if (checked instanceof Outcome.No<Boolean> no) {
                        reply.accept(Outcome.no(no.refusal()));
                    } else if (machine.isRecorded()) {
                        task.run();
                    } else {
                        // A group that changes much rests between two records.
                        context.loop().schedule(RECORD_PAUSE_NS, () -> onceRecorded(reply, task));
                    }
                },
                true);
    }

    /** @param value what is answered once it is stored */
    <T> void write(GroupChange change, Consumer<Outcome<T>> reply, T value) {
        context.writes().write(claimed, change, written -> {
            reply.accept(answer(written, value));
            if (claimed.isFenced()) {
                lost();
            }
        });
    }

    private <T> Outcome<T> answer(GroupWrites.Outcome written, T value) {
        return switch (written) {
            case STORED -> Outcome.ok(value);
            case FENCED -> Outcome.no(context.notCoordinator(name));
            case TOO_LARGE ->
                Outcome.no(Refusal.definite(
                        ErrorReason.LIMIT_EXCEEDED,
                        "The offsets and their metadata are too large for one write; send them in several"));
            case FULL ->
                Outcome.no(Refusal.definite(
                        ErrorReason.LIMIT_EXCEEDED,
                        "ZooKeeper is slow, and as many offsets as this broker has room for wait for it already"));
            case UNKNOWN ->
                Outcome.no(Refusal.indeterminate(
                        ErrorReason.NOT_GROUP_COORDINATOR,
                        "Another broker has taken the group over; whether this was stored before that is not known"));
        };
    }

    /** @param changed names of those that are not what they were */
    void onTopics(SortedMap<String, AssignableTopic> topics, SortedSet<String> changed) {
        carryOut(machine.onTopics(topics, changed, context.nowMs()));
    }

    void onTick() {
        carryOut(machine.onTick(context.nowMs()));
    }

    /** Sends the members elsewhere. What is on its way to be stored is still answered. */
    void end(int coordinator) {
        if (!isOver) {
            isOver = true;
            LOG.info("Group {} is not coordinated here any more", name);
            sessions.values().forEach(session -> session.stream.end(coordinator));
            sessions.clear();
        }
    }

    private void lost() {
        if (!isOver) {
            onLost.accept(this);
        }
    }

    private void carryOut(List<GroupEffect> effects) {
        effects.forEach(effect -> effect.deliverTo(this));
    }

    @Override
    public void onStore(GroupEffect.Store effect) {
        context.writes().write(claimed, new GroupChange.Head(node(effect.record())), written -> {
            if (written == GroupWrites.Outcome.STORED && !isOver) {
                carryOut(machine.onStored(context.nowMs()));
            } else {
                lost();
            }
        });
    }

    private GroupNode node(GroupRecord record) {
        SortedMap<String, MemberNode> members = new TreeMap<>();
        record.members()
                .forEach((id, entry) -> members.put(id, new MemberNode(entry.instanceId(), entry.sessionTimeoutMs())));
        Long emptySince = members.isEmpty() ? Long.valueOf(context.clock().wallMillis()) : null;
        return new GroupNode(record.generation(), claimant, members, emptySince);
    }

    @Override
    public void onAssign(GroupEffect.Assign effect) {
        Session session = sessions.get(effect.memberId());
        if (session != null) {
            session.stream.assign(effect.generation(), effect.partitions());
        }
    }

    @Override
    public void onExpel(GroupEffect.Expel effect) {
        LOG.info("{}", effect.why().message());
        Session session = sessions.remove(effect.memberId());
        if (session != null) {
            session.stream.refuse(effect.why());
        }
    }
}
