package io.millrace.client;

import com.google.protobuf.UnsafeByteOperations;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.millrace.proto.v1.FetchResponse;
import io.millrace.proto.v1.FetchStreamEnd;
import io.millrace.proto.v1.FetchStreamOpen;
import io.millrace.proto.v1.FetchStreamRequest;
import io.millrace.proto.v1.FetchStreamResponse;
import io.millrace.proto.v1.StreamEndReason;
import io.millrace.record.RecordBatch;
import org.jspecify.annotations.Nullable;

/** One FetchStream of a {@link StreamBroker}: a batch in each response. */
final class FetchHandler implements StreamObserver<FetchStreamRequest> {
    private final StreamBroker broker;
    private final ServerCallStreamObserver<FetchStreamResponse> to;
    private @Nullable FetchStreamOpen open;
    private long offset;
    private long bytes;
    private long records;
    private boolean isOver;

    FetchHandler(StreamBroker broker, ServerCallStreamObserver<FetchStreamResponse> to) {
        this.broker = broker;
        this.to = to;
        to.setOnCancelHandler(this::forget);
    }

    private synchronized void forget() {
        isOver = true;
        broker.fetchStreams.remove(this);
    }

    @Override
    public synchronized void onNext(FetchStreamRequest request) {
        if (request.hasOpen()) {
            open = request.getOpen();
            offset = request.getOpen().getOffset();
            judge(request.getOpen());
        } else {
            bytes += request.getCredit().getBytes();
            records += request.getCredit().getRecords();
        }
        pump();
    }

    private void judge(FetchStreamOpen wanted) {
        if (!broker.cluster.isLeader(wanted.getPartition(), broker.id)) {
            var hint = broker.cluster.hint(wanted.getPartition());
            fail(Refusals.notLeader(hint.getLeaderEpoch(), hint.getEndpoint()));
        } else if (offset > broker.cluster.endOffset(wanted.getPartition())) {
            fail(Refusals.definite(
                    Status.Code.OUT_OF_RANGE, io.millrace.proto.v1.ErrorReason.ERROR_REASON_OFFSET_OUT_OF_RANGE));
        }
    }

    synchronized void pump() {
        FetchStreamOpen wanted = open;
        while (!isOver && wanted != null && bytes > 0 && records > 0) {
            RecordBatch batch = broker.cluster.at(wanted.getPartition(), offset);
            if (batch == null) {
                return;
            }
            offset = batch.nextOffset();
            bytes -= batch.sizeInBytes();
            records -= batch.recordCount();
            broker.fetchedBytes.addAndGet(batch.sizeInBytes());
            to.onNext(FetchStreamResponse.newBuilder()
                    .setFetched(FetchResponse.newBuilder()
                            .setBatches(UnsafeByteOperations.unsafeWrap(batch.buffer()))
                            .setNextOffset(offset))
                    .build());
        }
    }

    @Override
    public void onError(Throwable thrown) {
        forget();
    }

    @Override
    public synchronized void onCompleted() {
        if (!isOver) {
            forget();
            to.onCompleted();
        }
    }

    synchronized void fail(RuntimeException failure) {
        if (!isOver) {
            forget();
            to.onError(failure);
        }
    }

    synchronized void end() {
        FetchStreamOpen wanted = open;
        if (!isOver && wanted != null) {
            forget();
            to.onNext(FetchStreamResponse.newBuilder()
                    .setEnd(FetchStreamEnd.newBuilder()
                            .setReason(StreamEndReason.STREAM_END_REASON_LEADER_MOVED)
                            .setNextOffset(offset)
                            .setLeader(broker.cluster.hint(wanted.getPartition())))
                    .build());
            to.onCompleted();
        }
    }
}
