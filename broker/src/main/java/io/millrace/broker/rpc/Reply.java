package io.millrace.broker.rpc;

import com.google.protobuf.MessageLite;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.millrace.broker.core.ErrorReason;
import io.millrace.broker.core.Outcome;
import io.millrace.broker.core.Refusal;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The answer to one unary call. Made on the call's own thread while the service is entered; answered once, from any
 * thread. An answer to a call that was cancelled is dropped.
 */
final class Reply<R> {

    // Time for an answer to travel: the caller should hear how far its batch came rather than its own timer.
    private static final long MAX_MARGIN_NS = TimeUnit.MILLISECONDS.toNanos(100);

    private static final int SMALL_BYTES = 64 * 1024;
    static final String NO_ROOM =
            "This broker's memory is taken up by answers that their callers do not read; try again later";

    private final ServerCallStreamObserver<R> observer;
    private final ErrorMapping errors;
    private final Outbound outbound = Outbound.current();
    private boolean isCounted;
    private final @Nullable Deadline deadline = Context.current().getDeadline();
    private volatile Runnable onCancel = () -> {};

    Reply(StreamObserver<R> observer, ErrorMapping errors) {
        this.observer = (ServerCallStreamObserver<R>) observer;
        this.errors = errors;
        // Without a handler, answering a cancelled call would throw on the thread of whoever answers.
        this.observer.setOnCancelHandler(() -> onCancel.run());
    }

    void ok(R message) {
        if (message instanceof MessageLite answer && !hasRoomFor(answer.getSerializedSize())) {
            // What was asked for has been done, where there was something to do.
            refuse(Refusal.indeterminate(ErrorReason.LIMIT_EXCEEDED, NO_ROOM));
        } else {
            observer.onNext(message);
            observer.onCompleted();
        }
    }

    /**
     * Asks for room for an answer before it is made, so that answers which nobody reads cannot fill the heap. Small ones
     * always have it.
     */
    boolean hasRoomFor(long bytes) {
        if (isCounted || bytes <= SMALL_BYTES) {
            return true;
        }
        isCounted = outbound.hasRoom();
        if (isCounted) {
            outbound.add(bytes);
        }
        return isCounted;
    }

    void refuse(Rejection rejection) {
        observer.onError(errors.exception(rejection));
    }

    void refuse(Refusal refusal) {
        refuse(Rejection.of(refusal));
    }

    /** Passes on what another broker answered, details and all. */
    void relay(StatusRuntimeException answer) {
        observer.onError(answer);
    }

    void answer(Outcome<R> outcome) {
        answer(outcome, Function.identity());
    }

    <T> void answer(Outcome<T> outcome, Function<T, R> toMessage) {
        if (outcome instanceof Outcome.Ok<T> good) {
            ok(toMessage.apply(good.value()));
        } else if (outcome instanceof Outcome.No<T> bad) {
            refuse(bad.refusal());
        }
    }

    /** To be set before the service is left, or it may come too late. */
    void onCancel(Runnable handler) {
        onCancel = handler;
    }

    /** The shorter of {@code wantedNs} and what the caller's deadline leaves, less a little for the way back. */
    long waitAtMost(long wantedNs) {
        if (deadline == null) {
            return wantedNs;
        }
        long remainingNs = Math.max(0, deadline.timeRemaining(TimeUnit.NANOSECONDS));
        return Math.min(wantedNs, remainingNs - Math.min(MAX_MARGIN_NS, remainingNs / 4));
    }
}
