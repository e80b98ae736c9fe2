package io.millrace.broker.rpc;

import com.google.protobuf.Duration;
import io.grpc.stub.StreamObserver;
import io.millrace.broker.core.Appended;
import io.millrace.broker.core.ErrorReason;
import io.millrace.broker.core.Outcome;
import io.millrace.broker.core.TopicImage;
import io.millrace.broker.core.TopicPartition;
import io.millrace.broker.replication.PartitionServer;
import io.millrace.proto.v1.PartitionBatch;
import io.millrace.proto.v1.ProduceResult;
import io.millrace.proto.v1.ProduceStreamEnd;
import io.millrace.proto.v1.ProduceStreamRequest;
import io.millrace.proto.v1.ProduceStreamResponse;
import io.millrace.proto.v1.ProduceWindow;
import io.millrace.proto.v1.StreamEndReason;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One producer's stream. Frames come in on the connection's thread, one for each request of ours: a window that is full,
 * a caller that does not read and a broker that is short of memory all end in no further request, and so in the caller's
 * own flow control. Answers come from the partitions' threads.
 */
final class ProduceStreamCall implements StreamObserver<ProduceStreamRequest>, OpenCalls.Call {

    private static final int MAX_FRAMES = 64;
    private static final long MAX_BYTES = 8 << 20;

    private final PartitionServer partitions;
    private final PartitionCalls calls;
    private final ErrorMapping errors;
    private final BatchIntake intake;
    private final MemoryBudget budget;
    private final OpenCalls open;
    private final StreamOut<ProduceStreamResponse> out;

    private long lastFrameId;
    private int frames;
    private long bytes;
    private boolean isRequested;
    private boolean isAwaitingRoom;
    private boolean mustAwaitRoom;
    private boolean isHalfClosed;
    private boolean isDraining;
    private boolean isEnded;

    /** A frame that has been taken and not answered. */
    private record Frame(long id, long bytes) {}

    ProduceStreamCall(
            PartitionServer partitions,
            PartitionCalls calls,
            ErrorMapping errors,
            BatchIntake intake,
            MemoryBudget budget,
            OpenCalls open,
            StreamObserver<ProduceStreamResponse> observer) {
        this.partitions = partitions;
        this.calls = calls;
        this.errors = errors;
        this.intake = intake;
        this.budget = budget;
        this.open = open;
        this.out = new StreamOut<>(observer, errors, this::requestNext, () -> open.remove(this));
        out.disableAutoRequest();
    }

    /** Announces the window and takes frames. */
    void start() {
        out.send(ProduceStreamResponse.newBuilder()
                .setWindow(ProduceWindow.newBuilder()
                        .setMaxInflightFrames(MAX_FRAMES)
                        .setMaxInflightBytes(MAX_BYTES))
                .build());
        open.add(this);
        requestNext();
    }

    @Override
    public void onNext(ProduceStreamRequest request) {
        Frame frame = new Frame(request.getFrameId(), request.getSerializedSize());
        if (!take(frame)) {
            return;
        }
        budget.take(frame.bytes());
        requestNext();
        try {
            handle(frame, request);
        } catch (RuntimeException | Error fault) {
            // It ends the stream, and nobody will answer the frame any more.
            budget.giveBack(frame.bytes());
            throw fault;
        }
    }

    private void handle(Frame frame, ProduceStreamRequest request) {
        PartitionBatch batch = request.getBatch();
        Optional<Rejection> rejection = check(request);
        if (rejection.isPresent()) {
            refuse(frame, rejection.get());
        } else {
            calls.here(
                    batch.getTopic(),
                    batch.getTopicId(),
                    batch.getPartition(),
                    refusal -> refuse(frame, refusal),
                    (topic, partition) -> append(frame, request, topic, partition));
        }
    }

    private static Optional<Rejection> check(ProduceStreamRequest request) {
        PartitionBatch batch = request.getBatch();
        return ProduceFields.check(batch, request.getAcksValue(), commitTimeout(request))
                .or(() -> new Fields()
                        .require(batch.hasPartition(), "batch.partition", "is needed in a stream")
                        .rejection());
    }

    private void append(Frame frame, ProduceStreamRequest request, TopicImage topic, TopicPartition partition) {
        Outcome<ByteBuffer> batch = intake.batch(request.getBatch(), topic.config());
        if (batch instanceof Outcome.No<ByteBuffer> no) {
            refuse(frame, Rejection.of(no.refusal()));
            return;
        }
        ProduceFields fields = ProduceFields.of(request.getAcks(), commitTimeout(request));
        partitions.produce(
                partition,
                ((Outcome.Ok<ByteBuffer>) batch).value(),
                fields.acks(),
                fields.commitTimeoutNs(),
                outcome -> answer(frame, partition, outcome));
    }

    private static @Nullable Duration commitTimeout(ProduceStreamRequest request) {
        return request.hasCommitTimeout() ? request.getCommitTimeout() : null;
    }

    /** False where it is not looked at: the stream is over, ends, or is ended by it. */
    private synchronized boolean take(Frame frame) {
        isRequested = false;
        if (out.isOver() || isDraining) {
            return false;
        }
        // Unsigned on the wire; nobody counts so far.
        if (frame.id() <= lastFrameId) {
            out.refuse(Rejection.of(
                    ErrorReason.INVALID_REQUEST,
                    "frame_id " + Long.toUnsignedString(frame.id()) + " does not follow " + lastFrameId));
            open.remove(this);
            return false;
        }
        lastFrameId = frame.id();
        frames++;
        bytes += frame.bytes();
        return true;
    }

    private void answer(Frame frame, TopicPartition partition, Outcome<Appended> outcome) {
        if (outcome instanceof Outcome.Ok<Appended> good) {
            answer(
                    frame,
                    ProduceResult.newBuilder().setAppended(ProducerGrpcService.response(partition, good.value())));
        } else if (outcome instanceof Outcome.No<Appended> bad) {
            refuse(frame, Rejection.of(bad.refusal()));
        }
    }

    private void refuse(Frame frame, Rejection rejection) {
        answer(frame, ProduceResult.newBuilder().setError(errors.streamError(rejection)));
    }

    private void answer(Frame frame, ProduceResult.Builder result) {
        out.send(ProduceStreamResponse.newBuilder()
                .setResult(result.setFrameId(frame.id()))
                .build());
        synchronized (this) {
            frames--;
            bytes -= frame.bytes();
        }
        budget.giveBack(frame.bytes());
        endIfDone();
        requestNext();
    }

    /** Lets the next frame come if it may. The caller holds no lock: the frame may come at once. */
    private void requestNext() {
        if (isNextWanted()) {
            out.request();
        } else {
            awaitRoom();
        }
    }

    private synchronized boolean isNextWanted() {
        boolean isFull = frames >= MAX_FRAMES || bytes >= MAX_BYTES;
        if (isRequested || isHalfClosed || isDraining || isFull || !out.isReady()) {
            return false;
        }
        if (!budget.hasRoom()) {
            mustAwaitRoom = !isAwaitingRoom;
            isAwaitingRoom = true;
            return false;
        }
        isRequested = true;
        return true;
    }

    /** Without the lock: there may be room by now, and then other streams go on within this call, under their locks. */
    private void awaitRoom() {
        synchronized (this) {
            if (!mustAwaitRoom) {
                return;
            }
            mustAwaitRoom = false;
        }
        budget.await(() -> {
            synchronized (this) {
                isAwaitingRoom = false;
            }
            requestNext();
        });
    }

    private void endIfDone() {
        boolean isDone;
        synchronized (this) {
            isDone = frames == 0 && (isHalfClosed || isDraining);
        }
        if (isDone) {
            end();
        }
    }

    private void end() {
        synchronized (this) {
            if (isEnded) {
                return;
            }
            isEnded = true;
            if (isDraining) {
                out.send(ProduceStreamResponse.newBuilder()
                        .setEnd(ProduceStreamEnd.newBuilder()
                                .setReason(StreamEndReason.STREAM_END_REASON_DRAINING)
                                .setLastFrameId(lastFrameId))
                        .build());
            }
        }
        out.complete();
        open.remove(this);
    }

    @Override
    public void onError(Throwable cancelled) {
        // Told by the handler of cancellation too; what is on its way is appended, and its answer is dropped.
    }

    @Override
    public void onCompleted() {
        synchronized (this) {
            isHalfClosed = true;
        }
        endIfDone();
    }

    @Override
    public void onTick(long nowNs) {
        out.onTick(nowNs);
        if (out.isOver()) {
            open.remove(this);
        }
    }

    @Override
    public void drain() {
        synchronized (this) {
            isDraining = true;
        }
        endIfDone();
    }
}
