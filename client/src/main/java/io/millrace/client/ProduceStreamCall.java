package io.millrace.client;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ClientResponseObserver;
import io.millrace.client.MillraceException.Kind;
import io.millrace.proto.v1.Acks;
import io.millrace.proto.v1.Certainty;
import io.millrace.proto.v1.PartitionBatch;
import io.millrace.proto.v1.ProduceResult;
import io.millrace.proto.v1.ProduceStreamRequest;
import io.millrace.proto.v1.ProduceStreamResponse;
import io.millrace.proto.v1.ProducerServiceGrpc;
import io.millrace.proto.v1.StreamError;
import io.millrace.wire.WireBytes;
import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** One ProduceStream on the wire. Everything runs on the producer's thread, which gRPC is given as its executor. */
final class ProduceStreamCall implements ClientResponseObserver<ProduceStreamRequest, ProduceStreamResponse> {
    /** Enough that the next batches wait where the connection can take them, and little beside the buffer's bound. */
    private static final int READY_BYTES = 512 << 10;

    private final long id;
    private final String endpoint;
    private final SendMachine machine;
    private final LongConsumer onGone;
    private @Nullable ClientCallStreamObserver<ProduceStreamRequest> requests;

    /** @param onGone told once nothing more comes of the stream */
    ProduceStreamCall(long id, String endpoint, SendMachine machine, LongConsumer onGone) {
        this.id = id;
        this.endpoint = endpoint;
        this.machine = machine;
        this.onGone = onGone;
    }

    ProduceStreamCall open(Channel channel, Executor loop) {
        CallOptions options = CallOptions.DEFAULT.withExecutor(loop).withOnReadyThreshold(READY_BYTES);
        var unused = ClientCalls.asyncBidiStreamingCall(
                channel.newCall(ProducerServiceGrpc.getProduceStreamMethod(), options), this);
        return this;
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<ProduceStreamRequest> stream) {
        requests = stream;
        stream.setOnReadyHandler(() -> machine.onReady(id));
    }

    /** @return whether the next one would not be queued */
    boolean send(long frameId, TopicPartition partition, ByteBuffer batch, Acks acks) {
        ClientCallStreamObserver<ProduceStreamRequest> stream = requests;
        if (stream == null) {
            throw new IllegalStateException("the call was not started");
        }
        stream.onNext(ProduceStreamRequest.newBuilder()
                .setFrameId(frameId)
                .setAcks(acks)
                .setBatch(PartitionBatch.newBuilder()
                        .setTopic(partition.topic())
                        .setPartition(partition.partition())
                        .setBatch(WireBytes.of(batch)))
                .build());
        return stream.isReady();
    }

    void cancel(String why) {
        ClientCallStreamObserver<ProduceStreamRequest> stream = requests;
        if (stream != null) {
            stream.cancel(why, null);
        }
    }

    @Override
    public void onNext(ProduceStreamResponse response) {
        switch (response.getMessageCase()) {
            case WINDOW ->
                machine.onWindow(
                        id,
                        response.getWindow().getMaxInflightFrames(),
                        response.getWindow().getMaxInflightBytes());
            case RESULT -> onResult(response.getResult());
            case END -> machine.onEnd(id, response.getEnd().getLastFrameId(), System.nanoTime());
            case MESSAGE_NOT_SET -> {
                // Of a later version of the API, and so nothing that this one has to know.
            }
        }
    }

    private void onResult(ProduceResult result) {
        switch (result.getOutcomeCase()) {
            case APPENDED -> machine.onAppended(id, result.getFrameId(), result.getAppended(), System.nanoTime());
            case ERROR -> {
                StreamError error = result.getError();
                machine.onRefused(id, result.getFrameId(), error.getDetail(), words(error), System.nanoTime());
            }
            case OUTCOME_NOT_SET -> {
                // Answered in a way that this version does not know: whether it was stored is not known.
                cancel("an answer without an outcome");
                close(Kind.PROTOCOL, "an answer without an outcome");
            }
        }
    }

    private static String words(StreamError error) {
        String reason = StatusReader.name(error.getDetail().getReason());
        return error.getMessage().isEmpty() ? reason : error.getMessage() + " (" + reason + ")";
    }

    @Override
    public void onError(Throwable thrown) {
        onGone.accept(id);
        machine.onClosed(id, StatusReader.read(thrown, endpoint, true), System.nanoTime());
    }

    @Override
    public void onCompleted() {
        close(Kind.UNREACHABLE, "the broker ended the stream");
    }

    private void close(Kind kind, String message) {
        onGone.accept(id);
        machine.onClosed(
                id,
                MillraceException.withoutDetail(
                        kind, Certainty.CERTAINTY_INDETERMINATE, endpoint + ": " + message, null),
                System.nanoTime());
    }
}
