package io.millrace.broker.rpc;

import io.grpc.stub.StreamObserver;
import io.millrace.broker.core.ErrorReason;
import io.millrace.broker.core.Outcome;
import io.millrace.broker.core.Refusal;
import io.millrace.broker.core.TopicPartition;
import io.millrace.broker.core.group.CommittedOffset;
import io.millrace.broker.group.Committer;
import io.millrace.broker.group.Groups;
import io.millrace.broker.group.MemberOpening;
import io.millrace.broker.group.MemberSession;
import io.millrace.broker.group.MemberStream;
import io.millrace.proto.v1.CommitAnswer;
import io.millrace.proto.v1.HeartbeatHeard;
import io.millrace.proto.v1.JoinEnd;
import io.millrace.proto.v1.JoinRequest;
import io.millrace.proto.v1.JoinResponse;
import io.millrace.proto.v1.MemberAssignment;
import io.millrace.proto.v1.MemberCommit;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** One member's stream. What it says is handed over in its order; what it is told comes from the groups' loop. */
final class JoinCall implements StreamObserver<JoinRequest>, MemberStream, OpenCalls.Call {
    private static final int MAX_UNANSWERED = 8;

    private final Groups groups;
    private final GroupMessages messages;
    private final ErrorMapping errors;
    private final OpenCalls open;
    private final String host = CallOrigin.peer();
    private final StreamOut<JoinResponse> out;

    private final AtomicInteger unanswered = new AtomicInteger();
    /** Answers to commits that were sent while the member did not read: they take up memory as questions do. */
    private final AtomicInteger unread = new AtomicInteger();

    private volatile @Nullable MemberSession session;
    private volatile @Nullable MemberOpening opening;
    private volatile boolean hasLeft;

    JoinCall(
            Groups groups,
            GroupMessages messages,
            ErrorMapping errors,
            OpenCalls open,
            StreamObserver<JoinResponse> observer) {
        this.groups = groups;
        this.messages = messages;
        this.errors = errors;
        this.open = open;
        this.out = new StreamOut<>(observer, errors, () -> unread.set(0), this::broken);
        // One message at a time: what a member says waits in its connection, and not in the queue that all groups
        // share.
        out.disableAutoRequest();
        out.request();
    }

    @Override
    public void onNext(JoinRequest request) {
        Optional<Rejection> rejection = switch (request.getMessageCase()) {
            case OPEN -> onOpen(request);
            case HEARTBEAT -> onHeartbeat(request);
            case LEAVE -> onLeave();
            case COMMIT -> onCommit(request.getCommit());
            case MESSAGE_NOT_SET -> invalid("message", "is none of open, heartbeat, leave, commit");
        };
        rejection.ifPresent(wrong -> {
            out.refuse(wrong);
            broken();
        });
    }

    private Optional<Rejection> onOpen(JoinRequest request) {
        if (session != null) {
            return invalid("open", "comes once");
        }
        Optional<Rejection> wrong = GroupMessages.check(request.getOpen());
        if (wrong.isEmpty()) {
            open.add(this);
            MemberOpening member = GroupMessages.opening(request.getOpen(), host);
            opening = member;
            session = groups.join(member, this);
            out.request();
        }
        return wrong;
    }

    private Optional<Rejection> onHeartbeat(JoinRequest request) {
        MemberSession joined = session;
        if (joined == null) {
            return invalid("heartbeat", "comes after open");
        }
        Optional<Rejection> wrong = GroupMessages.check(request.getHeartbeat());
        if (wrong.isEmpty()) {
            joined.heartbeat(
                    request.getHeartbeat().getNumber(),
                    request.getHeartbeat().getGeneration(),
                    GroupMessages.partitions(request.getHeartbeat().getHoldsList()));
        }
        return wrong;
    }

    private Optional<Rejection> onLeave() {
        MemberSession joined = session;
        if (joined == null) {
            return invalid("leave", "comes after open");
        }
        hasLeft = true;
        joined.leave();
        open.remove(this);
        out.complete();
        return Optional.empty();
    }

    private Optional<Rejection> onCommit(MemberCommit commit) {
        MemberOpening member = opening;
        if (member == null) {
            return invalid("commit", "comes after open");
        }
        if (unanswered.incrementAndGet() + unread.get() > MAX_UNANSWERED) {
            return Optional.of(Rejection.of(
                    ErrorReason.LIMIT_EXCEEDED, "More than " + MAX_UNANSWERED + " commits are on their way"));
        }
        groups.commit(
                member.group(),
                new Committer(member.memberId(), commit.getGeneration(), commit.getNumber()),
                GroupMessages.commits(commit.getOffsetsList()),
                outcome -> answer(commit.getNumber(), outcome));
        out.request();
        return Optional.empty();
    }

    private void answer(long number, Outcome<List<CommittedOffset>> outcome) {
        CommitAnswer.Builder answer = CommitAnswer.newBuilder().setNumber(number);
        if (outcome instanceof Outcome.No<List<CommittedOffset>> no) {
            answer.setError(errors.streamError(Rejection.of(no.refusal())));
        }
        if (!out.isReady()) {
            unread.incrementAndGet();
        }
        unanswered.decrementAndGet();
        out.send(JoinResponse.newBuilder().setCommitted(answer).build());
    }

    private static Optional<Rejection> invalid(String field, String what) {
        return new Fields().require(false, field, what).rejection();
    }

    @Override
    public void onError(Throwable cancelled) {
        broken();
    }

    /** A member that half-closes without a word of leaving may come back, as one whose connection broke. */
    @Override
    public void onCompleted() {
        out.complete();
        broken();
    }

    private void broken() {
        open.remove(this);
        MemberSession joined = session;
        if (joined != null && !hasLeft) {
            joined.broken();
        }
    }

    @Override
    public void assign(long generation, SortedSet<TopicPartition> partitions) {
        out.send(JoinResponse.newBuilder()
                .setAssignment(MemberAssignment.newBuilder()
                        .setGeneration(generation)
                        .addAllPartitions(messages.topicPartitions(partitions)))
                .build());
    }

    /** A member that does not read gets one for many once it does. */
    @Override
    public void heard(long number) {
        out.request();
        if (out.isReady()) {
            out.send(JoinResponse.newBuilder()
                    .setHeard(HeartbeatHeard.newBuilder().setNumber(number))
                    .build());
        }
    }

    @Override
    public void refuse(Refusal why) {
        open.remove(this);
        out.refuse(Rejection.of(why));
    }

    @Override
    public void end(int coordinator) {
        open.remove(this);
        JoinEnd.Builder end = JoinEnd.newBuilder();
        if (coordinator != Groups.NO_COORDINATOR) {
            end.setCoordinator(errors.hint(new Refusal.LeaderHint(coordinator, -1)));
        }
        out.send(JoinResponse.newBuilder().setEnd(end).build());
        out.complete();
    }

    @Override
    public void onTick(long nowNs) {
        out.onTick(nowNs);
        if (out.isOver()) {
            broken();
        }
    }

    @Override
    public void drain() {
        end(Groups.NO_COORDINATOR);
    }
}
