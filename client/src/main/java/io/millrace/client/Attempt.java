package io.millrace.client;

import io.grpc.Attributes;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientStreamTracer;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One call to one broker, sent once. It watches whether the call ever got a stream on a connection: one that did not
 * cannot have reached the broker, so its failure is DEFINITE whatever its status.
 */
final class Attempt<R> implements StreamObserver<R> {
    private final CompletableFuture<R> result = new CompletableFuture<>();
    private final String endpoint;
    private volatile boolean isSent;
    private @Nullable R answer;

    private Attempt(String endpoint) {
        this.endpoint = endpoint;
    }

    /** Fails with a {@link MillraceException} only. */
    static <Q, R> CompletableFuture<R> send(
            Channel channel, String endpoint, MethodDescriptor<Q, R> method, Q request, long timeoutMs) {
        Attempt<R> attempt = new Attempt<>(endpoint);
        CallOptions options = CallOptions.DEFAULT
                .withDeadlineAfter(timeoutMs, TimeUnit.MILLISECONDS)
                .withStreamTracerFactory(attempt.tracerFactory());
        ClientCalls.asyncUnaryCall(channel.newCall(method, options), request, attempt);
        return attempt.result;
    }

    private ClientStreamTracer.Factory tracerFactory() {
        return new ClientStreamTracer.Factory() {
            @Override
            public ClientStreamTracer newClientStreamTracer(ClientStreamTracer.StreamInfo info, Metadata headers) {
                return new ClientStreamTracer() {
                    @Override
                    public void streamCreated(Attributes transportAttributes, Metadata sent) {
                        isSent = true;
                    }
                };
            }
        };
    }

    @Override
    public void onNext(R value) {
        answer = value;
    }

    @Override
    public void onError(Throwable thrown) {
        result.completeExceptionally(StatusReader.read(thrown, endpoint, isSent));
    }

    @Override
    public void onCompleted() {
        if (answer == null) {
            result.completeExceptionally(StatusReader.emptyAnswer(endpoint));
        } else {
            result.complete(answer);
        }
    }
}
