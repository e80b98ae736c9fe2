package io.millrace.broker.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.millrace.broker.core.ClusterImage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StreamOutTest {
    private final Connection connection = new Connection();
    private final StreamOut<String> out =
            new StreamOut<>(connection, new ErrorMapping(() -> ClusterImage.empty("c")), () -> {}, () -> {});

    @Test
    void aCallerThatReadsNothingIsCutOffAfterHalfAMinute() {
        connection.isReady = false;
        for (int second = 0; second <= 30; second++) {
            out.onTick(TimeUnit.SECONDS.toNanos(second));
        }
        assertThat(connection.error).isNull();

        out.onTick(TimeUnit.SECONDS.toNanos(31));
        assertThat(Status.fromThrowable(connection.error).getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
        assertThat(out.isOver()).isTrue();
    }

    @Test
    void aCallerThatReadsSlowlyIsNotThoughEachTickFindsSomethingWaiting() {
        for (int second = 0; second <= 100; second++) {
            connection.becomeReady();
            out.send("more");
            connection.isReady = false;
            out.onTick(TimeUnit.SECONDS.toNanos(second));
        }
        assertThat(connection.error).isNull();
    }

    /** As gRPC would be, with nobody behind it. */
    private static final class Connection extends ServerCallStreamObserver<String> {
        private boolean isReady = true;
        private Runnable onReady = () -> {};
        private @Nullable Throwable error;

        void becomeReady() {
            isReady = true;
            onReady.run();
        }

        @Override
        public boolean isReady() {
            return isReady;
        }

        @Override
        public void setOnReadyHandler(Runnable handler) {
            onReady = handler;
        }

        @Override
        public void onError(Throwable failure) {
            error = failure;
        }

        @Override
        public boolean isCancelled() {
            return false;
        }

        @Override
        public void setOnCancelHandler(Runnable handler) {}

        @Override
        public void disableAutoInboundFlowControl() {}

        @Override
        public void request(int count) {}

        @Override
        public void setMessageCompression(boolean enable) {}

        @Override
        public void setCompression(String compression) {}

        @Override
        public void onNext(String message) {}

        @Override
        public void onCompleted() {}
    }
}
