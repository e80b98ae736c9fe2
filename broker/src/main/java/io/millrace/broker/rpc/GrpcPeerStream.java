package io.millrace.broker.rpc;

import io.grpc.stub.CallStreamObserver;
import io.millrace.broker.replication.PeerStream;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The outbound side of a replication stream. gRPC's observers belong to one thread and partitions send from several, so
 * every use of one happens under a lock; a send only encodes and queues, so nobody holds it for long.
 *
 * <p>What is sent before the stream is opened waits: a leader may have something to say to a follower whose welcome has
 * not gone out yet.
 *
 * @param <M> what is sent
 * @param <W> as a message
 */
final class GrpcPeerStream<M, W> implements PeerStream<M> {

    private enum State {
        WAITING,
        OPEN,
        CLOSED
    }

    private final Object lock = new Object();
    private final CallStreamObserver<W> out;
    private final Function<M, W> toMessage;
    private final Consumer<String> ending;
    private final Queue<M> waiting = new ArrayDeque<>();
    private State state = State.WAITING;

    /** @param ending ends the call, given the reason; called once at most */
    GrpcPeerStream(CallStreamObserver<W> out, Function<M, W> toMessage, Consumer<String> ending) {
        this.out = out;
        this.toMessage = toMessage;
        this.ending = ending;
    }

    /** Sends {@code first}, then what was waiting, and from now on everything at once. */
    void open(W first) {
        synchronized (lock) {
            if (state != State.WAITING) {
                return;
            }
            state = State.OPEN;
            out.onNext(first);
            waiting.forEach(message -> out.onNext(toMessage.apply(message)));
            waiting.clear();
        }
    }

    /** The call has ended by itself: what is sent from now on is dropped. */
    void onEnded() {
        synchronized (lock) {
            state = State.CLOSED;
            waiting.clear();
        }
    }

    @Override
    public void send(M message) {
        synchronized (lock) {
            switch (state) {
                case WAITING -> waiting.add(message);
                case OPEN -> out.onNext(toMessage.apply(message));
                case CLOSED -> {
                    // The contract: dropped.
                }
            }
        }
    }

    @Override
    public boolean isReady() {
        return out.isReady();
    }

    @Override
    public void close(String why) {
        synchronized (lock) {
            if (state == State.CLOSED) {
                return;
            }
            state = State.CLOSED;
            waiting.clear();
        }
        // Not under the lock: gRPC may call the other side's listener from here. Nobody sends any more.
        ending.accept(why);
    }
}
