package io.millrace.broker.rpc;

import static org.awaitility.Awaitility.await;

import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** One stream as a client sees it; reads as fast as it can unless told otherwise. */
final class StreamCall<Q, R> implements ClientResponseObserver<Q, R> {

    final List<R> received = new CopyOnWriteArrayList<>();
    volatile @Nullable Throwable error;
    volatile boolean isCompleted;

    private final boolean readsByItself;
    private @Nullable ClientCallStreamObserver<Q> out;

    /** @param readsByItself else it reads nothing without {@link #read} */
    StreamCall(boolean readsByItself) {
        this.readsByItself = readsByItself;
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<Q> stream) {
        out = stream;
        if (!readsByItself) {
            stream.disableAutoRequestWithInitial(0);
        }
    }

    void read(int messages) {
        out().request(messages);
    }

    void send(Q message) {
        out().onNext(message);
    }

    void halfClose() {
        out().onCompleted();
    }

    void cancel() {
        out().cancel("the test is over", null);
    }

    /** The message of that number, from 0 on, once it has come. */
    R message(int index) {
        await().until(() -> received.size() > index);
        return received.get(index);
    }

    void awaitCompleted() {
        await().until(() -> isCompleted);
    }

    /** What the stream was refused with. */
    Errors awaitError() {
        await().until(() -> error != null);
        return Errors.of(Objects.requireNonNull(error));
    }

    @Override
    public void onNext(R message) {
        received.add(message);
    }

    @Override
    public void onError(Throwable failure) {
        error = failure;
    }

    @Override
    public void onCompleted() {
        isCompleted = true;
    }

    private ClientCallStreamObserver<Q> out() {
        return Objects.requireNonNull(out, "the call was not made");
    }
}
