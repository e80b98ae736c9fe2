package io.millrace.broker.rpc;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.millrace.broker.core.ErrorReason;
import java.util.concurrent.TimeUnit;

/**
 * The way out of one stream: one message at a time, from whatever thread, and nothing behind its end. Whoever sends bulk
 * asks {@link #isReady} first. Made while the service is entered.
 */
final class StreamOut<R> {

    /** A caller that has left its connection unread for so long is gone, or will never catch up. */
    private static final long MAX_STALL_NS = TimeUnit.SECONDS.toNanos(30);

    private final ServerCallStreamObserver<R> observer;
    private final ErrorMapping errors;
    private boolean isOver;
    private long readyNs;
    private boolean isStalled;

    /**
     * @param onReady may send again; called on the connection's thread
     * @param onCancelled the caller is gone; called on the connection's thread, once at most
     */
    StreamOut(StreamObserver<R> observer, ErrorMapping errors, Runnable onReady, Runnable onCancelled) {
        this.observer = (ServerCallStreamObserver<R>) observer;
        this.errors = errors;
        this.observer.setOnReadyHandler(() -> {
            onProgress();
            onReady.run();
        });
        this.observer.setOnCancelHandler(() -> {
            over();
            onCancelled.run();
        });
    }

    /** The caller's messages come one for each {@link #request} from now on. */
    void disableAutoRequest() {
        observer.disableAutoRequest();
    }

    /** Lets one more message of the caller's come; it may come before this returns. */
    void request() {
        observer.request(1);
    }

    boolean isReady() {
        return observer.isReady();
    }

    /** Dropped where the stream is over. */
    synchronized void send(R message) {
        if (!isOver) {
            observer.onNext(message);
        }
    }

    /** Ends the stream well. */
    synchronized void complete() {
        if (!isOver) {
            isOver = true;
            observer.onCompleted();
        }
    }

    synchronized void refuse(Rejection rejection) {
        if (!isOver) {
            isOver = true;
            observer.onError(errors.exception(rejection));
        }
    }

    /** Cuts the stream off if its caller has not read for too long; to be called about once a second. */
    void onTick(long nowNs) {
        boolean isReady = isReady();
        boolean isTooLong;
        synchronized (this) {
            if (isReady || !isStalled) {
                readyNs = nowNs;
            }
            isStalled = !isReady;
            isTooLong = isStalled && nowNs - readyNs > MAX_STALL_NS;
        }
        if (isTooLong) {
            refuse(Rejection.of(
                    ErrorReason.LIMIT_EXCEEDED,
                    "Nothing was read from the stream for " + TimeUnit.NANOSECONDS.toSeconds(MAX_STALL_NS) + " s"));
        }
    }

    /** What was sent is being read, though a tick may find that as much waits again. */
    private synchronized void onProgress() {
        isStalled = false;
    }

    synchronized boolean isOver() {
        return isOver;
    }

    private synchronized void over() {
        isOver = true;
    }
}
