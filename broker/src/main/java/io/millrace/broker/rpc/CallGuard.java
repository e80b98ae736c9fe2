package io.millrace.broker.rpc;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.millrace.broker.core.ErrorReason;
import io.millrace.broker.core.InvariantViolation;
import io.millrace.broker.core.Refusal;
import io.millrace.broker.runtime.FaultHandler;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that every call ends with an answer that says why. Where our own code failed on a call it is INTERNAL, and
 * no more than that: the log has the rest; a broken invariant and an error of the machine also go to the fault handler.
 * Where the broker stops it is BROKER_NOT_READY, which a client cannot take for its own cancellation. Where a request
 * could not be read ({@link RequestMarshaller}) it is INVALID_REQUEST, and for the service behind it the caller has gone.
 */
final class CallGuard implements ServerInterceptor {

    private static final Logger LOG = LoggerFactory.getLogger(CallGuard.class);
    private static final Rejection FAILED = Rejection.of(
            Refusal.indeterminate(ErrorReason.INTERNAL, "This broker failed on the call; its log has the rest"));
    private static final Rejection CUT_OFF = Rejection.of(
            Refusal.indeterminate(ErrorReason.BROKER_NOT_READY, "This broker stops and has cut off the call"));
    private static final Rejection UNREADABLE = Rejection.of(
            ErrorReason.INVALID_REQUEST,
            "What was sent cannot be read as a request: it is malformed, or unpacks to more than is allowed");

    /** Enough for the largest answer over a slow line. */
    private static final long MAX_UNREAD_NS = TimeUnit.SECONDS.toNanos(60);

    private final ErrorMapping errors;
    private final FaultHandler faults;
    private final Set<Guarded<?, ?>> open = ConcurrentHashMap.newKeySet();
    private final Set<Guarded<?, ?>> unread = ConcurrentHashMap.newKeySet();

    CallGuard(ErrorMapping errors, FaultHandler faults) {
        this.errors = errors;
        this.faults = faults;
    }

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        Guarded<Q, R> guarded = new Guarded<>(call);
        try {
            return new GuardedListener<>(next.startCall(guarded, headers), guarded);
        } catch (Throwable fault) {
            onFault(guarded, fault);
            return new ServerCall.Listener<>() {};
        }
    }

    /** Cuts off calls that have been ended and whose callers do not read that; to be called about once a second. */
    void onTick(long nowNs) {
        unread.forEach(call -> call.onTick(nowNs));
    }

    /** Ends every call that is open. */
    void cutOff() {
        open.forEach(call -> call.end(CUT_OFF));
    }

    private void onFault(Guarded<?, ?> call, Throwable fault) {
        String method = call.getMethodDescriptor().getFullMethodName();
        LOG.error("{} failed", method, fault);
        call.end(FAILED);
        if (fault instanceof InvariantViolation || fault instanceof Error) {
            faults.onFault(method, fault);
        }
    }

    /**
     * A call that can fail at any moment: what the service still says afterwards, on whatever thread, is dropped, since
     * gRPC would throw at it.
     */
    private final class Guarded<Q, R> extends SimpleForwardingServerCall<Q, R> {
        private final Outbound outbound = Outbound.current();
        private boolean isClosed;
        private boolean isTicking;
        private long closedNs;

        Guarded(ServerCall<Q, R> call) {
            super(call);
            open.add(this);
        }

        @Override
        public synchronized void sendHeaders(Metadata headers) {
            if (!isClosed) {
                super.sendHeaders(headers);
            }
        }

        @Override
        public synchronized void sendMessage(R message) {
            if (!isClosed) {
                super.sendMessage(message);
            }
        }

        @Override
        public synchronized void close(Status status, Metadata trailers) {
            if (!isClosed) {
                isClosed = true;
                open.remove(this);
                unread.add(this);
                super.close(status, trailers);
            }
        }

        void end(Rejection why) {
            errors.close(this, why);
        }

        void onTick(long nowNs) {
            if (!isTicking) {
                isTicking = true;
                closedNs = nowNs;
            } else if (nowNs - closedNs > MAX_UNREAD_NS) {
                unread.remove(this);
                outbound.cutOff("the answer was not read");
            }
        }

        void onOver() {
            open.remove(this);
            unread.remove(this);
        }
    }

    private final class GuardedListener<Q> extends SimpleForwardingServerCallListener<Q> {
        private final Guarded<Q, ?> call;

        GuardedListener(ServerCall.Listener<Q> listener, Guarded<Q, ?> call) {
            super(listener);
            this.call = call;
        }

        @Override
        public void onMessage(@Nullable Q message) {
            if (message == null) {
                call.end(UNREADABLE);
                guarded(super::onCancel);
            } else {
                guarded(() -> super.onMessage(message));
            }
        }

        @Override
        public void onHalfClose() {
            guarded(super::onHalfClose);
        }

        @Override
        public void onReady() {
            guarded(super::onReady);
        }

        @Override
        public void onCancel() {
            call.onOver();
            guarded(super::onCancel);
        }

        @Override
        public void onComplete() {
            call.onOver();
            guarded(super::onComplete);
        }

        private void guarded(Runnable step) {
            try {
                step.run();
            } catch (Throwable fault) {
                onFault(call, fault);
            }
        }
    }
}
