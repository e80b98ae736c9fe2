package io.millrace.client;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.millrace.proto.v1.AppendOutcome;
import io.millrace.proto.v1.ErrorDetail;
import io.millrace.proto.v1.ErrorReason;
import io.millrace.proto.v1.ProduceResponse;
import io.millrace.proto.v1.ProduceResult;
import io.millrace.proto.v1.ProduceStreamEnd;
import io.millrace.proto.v1.ProduceStreamRequest;
import io.millrace.proto.v1.ProduceStreamResponse;
import io.millrace.proto.v1.ProduceWindow;
import io.millrace.proto.v1.StreamEndReason;
import io.millrace.proto.v1.StreamError;
import io.millrace.record.RecordBatch;

/** One ProduceStream of a {@link StreamBroker}. */
final class ProduceHandler implements StreamObserver<ProduceStreamRequest> {
    private final StreamBroker broker;
    private final ServerCallStreamObserver<ProduceStreamResponse> to;
    private boolean isOver;
    private long lastFrameId;

    ProduceHandler(StreamBroker broker, ServerCallStreamObserver<ProduceStreamResponse> to) {
        this.broker = broker;
        this.to = to;
        to.setOnCancelHandler(() -> broker.produceStreams.remove(this));
        if (broker.isDeaf) {
            to.disableAutoInboundFlowControl();
        }
        to.onNext(ProduceStreamResponse.newBuilder()
                .setWindow(ProduceWindow.newBuilder()
                        .setMaxInflightFrames(broker.windowFrames)
                        .setMaxInflightBytes(broker.windowBytes))
                .build());
    }

    @Override
    public synchronized void onNext(ProduceStreamRequest frame) {
        broker.frames.incrementAndGet();
        if (isOver) {
            return;
        }
        lastFrameId = frame.getFrameId();
        ProduceResult.Builder result = ProduceResult.newBuilder().setFrameId(frame.getFrameId());
        int partition = frame.getBatch().getPartition();
        ErrorDetail refusal = broker.refusals.apply(frame);
        if (refusal == null && !broker.cluster.isLeader(partition, broker.id)) {
            refusal = StreamCluster.definite(ErrorReason.ERROR_REASON_NOT_LEADER).toBuilder()
                    .setLeader(broker.cluster.hint(partition))
                    .build();
        }
        long offset = refusal == null
                ? broker.cluster.append(partition, frame.getBatch().getBatch())
                : 0;
        if (refusal == null && offset < 0) {
            refusal = StreamCluster.definite(ErrorReason.ERROR_REASON_OUT_OF_ORDER_SEQUENCE);
        }
        if (refusal != null) {
            result.setError(StreamError.newBuilder().setDetail(refusal).setMessage("told so by the test"));
        } else {
            RecordBatch batch = RecordBatch.wrap(frame.getBatch().getBatch().asReadOnlyByteBuffer());
            result.setAppended(ProduceResponse.newBuilder()
                    .setOutcome(AppendOutcome.APPEND_OUTCOME_COMMITTED)
                    .setPartition(partition)
                    .setBaseOffset(offset)
                    .setRecordCount(batch.recordCount())
                    .setLeaderEpoch(broker.cluster.hint(partition).getLeaderEpoch())
                    .setIsrSize(3)
                    .setDurable(true));
        }
        if (!broker.isSilent) {
            to.onNext(ProduceStreamResponse.newBuilder().setResult(result).build());
        }
    }

    @Override
    public void onError(Throwable thrown) {
        broker.produceStreams.remove(this);
    }

    @Override
    public synchronized void onCompleted() {
        if (!isOver) {
            isOver = true;
            to.onCompleted();
        }
    }

    synchronized void fail(Status status) {
        if (!isOver) {
            isOver = true;
            broker.produceStreams.remove(this);
            to.onError(status.asRuntimeException());
        }
    }

    synchronized void end() {
        if (!isOver) {
            isOver = true;
            broker.produceStreams.remove(this);
            to.onNext(ProduceStreamResponse.newBuilder()
                    .setEnd(ProduceStreamEnd.newBuilder()
                            .setReason(StreamEndReason.STREAM_END_REASON_DRAINING)
                            .setLastFrameId(lastFrameId))
                    .build());
            to.onCompleted();
        }
    }
}
