package io.millrace.client;

import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** What a scripted broker does with the calls of one method: one step for the first, another from then on. */
final class Script<Q, R> {
    /** Answers, or throws a {@link StatusRuntimeException}. */
    interface Step<Q, R> {
        R answer(Q request) throws InterruptedException;
    }

    private final List<Q> requests = new CopyOnWriteArrayList<>();
    private final AtomicInteger position = new AtomicInteger();
    private volatile List<Step<Q, R>> steps = List.of();

    void play(Step<Q, R> always) {
        play(always, always);
    }

    void play(Step<Q, R> first, Step<Q, R> afterwards) {
        position.set(0);
        steps = List.of(first, afterwards);
    }

    /** Calls stay without an answer until the broker is closed. */
    void hang() {
        play(request -> {
            new CountDownLatch(1).await();
            throw new AssertionError();
        });
    }

    List<Q> requests() {
        return requests;
    }

    void handle(Q request, StreamObserver<R> observer) {
        requests.add(request);
        try {
            List<Step<Q, R>> now = steps;
            R answer = now.get(Math.min(position.getAndIncrement(), now.size() - 1))
                    .answer(request);
            observer.onNext(answer);
            observer.onCompleted();
        } catch (StatusRuntimeException e) {
            observer.onError(e);
        } catch (InterruptedException e) {
            // The broker is being closed, and with it the call.
            Thread.currentThread().interrupt();
        }
    }
}
