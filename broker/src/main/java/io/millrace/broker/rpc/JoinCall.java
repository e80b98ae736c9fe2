package io.millrace.broker.rpc;

import io.grpc.stub.StreamObserver;
import io.millrace.broker.core.Refusal;
import io.millrace.broker.core.TopicPartition;
import io.millrace.broker.group.Groups;
import io.millrace.broker.group.MemberSession;
import io.millrace.broker.group.MemberStream;
import io.millrace.proto.v1.HeartbeatHeard;
import io.millrace.proto.v1.JoinEnd;
import io.millrace.proto.v1.JoinRequest;
import io.millrace.proto.v1.JoinResponse;
import io.millrace.proto.v1.MemberAssignment;
import java.util.Optional;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/** One member's stream. What it says is handed over in its order; what it is told comes from the groups' loop. */
final class JoinCall implements StreamObserver<JoinRequest>, MemberStream, OpenCalls.Call {
    private final Groups groups;
    private final GroupMessages messages;
    private final ErrorMapping errors;
    private final OpenCalls open;
    private final String host = CallOrigin.peer();
    private final StreamOut<JoinResponse> out;

    private @Nullable MemberSession session;
    private boolean hasLeft;

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
        this.out = new StreamOut<>(observer, errors, () -> {}, this::broken);
    }

    @Override
    public void onNext(JoinRequest request) {
        Optional<Rejection> rejection = switch (request.getMessageCase()) {
            case OPEN -> onOpen(request);
            case HEARTBEAT -> onHeartbeat(request);
            case LEAVE -> onLeave();
            case MESSAGE_NOT_SET -> invalid("message", "is none of open, heartbeat, leave");
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
            session = groups.join(GroupMessages.opening(request.getOpen(), host), this);
        }
        return wrong;
    }

    private Optional<Rejection> onHeartbeat(JoinRequest request) {
        if (session == null) {
            return invalid("heartbeat", "comes after open");
        }
        Optional<Rejection> wrong = GroupMessages.check(request.getHeartbeat());
        if (wrong.isEmpty()) {
            session.heartbeat(
                    request.getHeartbeat().getNumber(),
                    request.getHeartbeat().getGeneration(),
                    GroupMessages.partitions(request.getHeartbeat().getHoldsList()));
        }
        return wrong;
    }

    private Optional<Rejection> onLeave() {
        if (session == null) {
            return invalid("leave", "comes after open");
        }
        hasLeft = true;
        session.leave();
        open.remove(this);
        out.complete();
        return Optional.empty();
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
