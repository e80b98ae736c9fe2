package io.millrace.broker.rpc;

import io.grpc.Context;
import io.grpc.Context.CancellableContext;
import io.grpc.Metadata;
import io.grpc.ServerStreamTracer;
import io.grpc.Status;
import java.util.Objects;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What one call has been answered with and its caller may not have taken yet. gRPC keeps all of it in memory for as long
 * as the caller likes, also where the call has been ended since: so it is counted, against a budget that all calls share,
 * until the stream is over; and a stream can be cut off with all that waits in it. From any thread.
 */
final class Outbound extends ServerStreamTracer {

    private static final Context.Key<Outbound> KEY = Context.key("millrace-outbound");

    private final MemoryBudget budget;
    private final AtomicLong bytes = new AtomicLong();
    private volatile boolean isOver;
    private volatile @Nullable CancellableContext context;

    private Outbound(MemoryBudget budget) {
        this.budget = budget;
    }

    /** One for each call. */
    static Factory counting(MemoryBudget budget) {
        return new Factory() {
            @Override
            public ServerStreamTracer newServerStreamTracer(String method, Metadata headers) {
                return new Outbound(budget);
            }
        };
    }

    /** Of the call that this thread is entering. */
    static Outbound current() {
        return Objects.requireNonNull(KEY.get(), "no call is entered");
    }

    @Override
    public Context filterContext(Context before) {
        CancellableContext own = before.withCancellation();
        context = own;
        return own.withValue(KEY, this);
    }

    /** To be asked before anything large is made for the caller. */
    boolean hasRoom() {
        return budget.hasRoom();
    }

    /** Runs {@code onRoom} once there is room, which may be now. */
    void awaitRoom(Runnable onRoom) {
        budget.await(onRoom);
    }

    /** So much more waits for the caller from now on. */
    void add(long more) {
        budget.take(more);
        bytes.addAndGet(more);
        if (isOver) {
            left();
        }
    }

    /** The connection has taken what waited. */
    void left() {
        long gone = bytes.getAndSet(0);
        if (gone > 0) {
            budget.giveBack(gone);
        }
    }

    /** Resets the stream. An ended call would else wait for its caller to read what comes before the end. */
    void cutOff(String why) {
        CancellableContext own = context;
        if (own != null) {
            // gRPC resets a stream whose deadline is over, and none whose context is cancelled for another reason.
            own.cancel(new TimeoutException(why));
        }
    }

    @Override
    public void streamClosed(Status status) {
        isOver = true;
        left();
    }
}
