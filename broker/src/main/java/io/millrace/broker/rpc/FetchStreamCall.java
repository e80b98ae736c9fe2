package io.millrace.broker.rpc;

import io.grpc.stub.StreamObserver;
import io.millrace.broker.core.ErrorReason;
import io.millrace.broker.core.Outcome;
import io.millrace.broker.core.Refusal;
import io.millrace.broker.core.TopicPartition;
import io.millrace.broker.replication.PartitionServer;
import io.millrace.broker.replication.PartitionServer.Fetched;
import io.millrace.proto.v1.FetchCredit;
import io.millrace.proto.v1.FetchFormat;
import io.millrace.proto.v1.FetchHeartbeat;
import io.millrace.proto.v1.FetchResponse;
import io.millrace.proto.v1.FetchStreamEnd;
import io.millrace.proto.v1.FetchStreamOpen;
import io.millrace.proto.v1.FetchStreamRequest;
import io.millrace.proto.v1.FetchStreamResponse;
import io.millrace.proto.v1.Record;
import io.millrace.proto.v1.StreamEndReason;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One consumer's stream: reads one response after the other for as long as the caller has granted credit and its
 * connection takes what was sent. So of what it has not read yet, one response at most is in this broker's memory beside
 * what waits in the connection.
 */
final class FetchStreamCall implements StreamObserver<FetchStreamRequest>, OpenCalls.Call {

    private static final long MAX_WAIT_NS = TimeUnit.SECONDS.toNanos(30);

    private final PartitionServer partitions;
    private final PartitionCalls calls;
    private final ErrorMapping errors;
    private final FetchedMessages messages;
    private final OpenCalls open;
    private final StreamOut<FetchStreamResponse> out;
    private final Outbound outbound = Outbound.current();

    private @Nullable TopicPartition partition;
    private FetchFormat format = FetchFormat.FETCH_FORMAT_UNSPECIFIED;
    private int maxBytes;
    private long position;
    private long creditRecords;
    private long creditBytes;
    private boolean isReading;
    private boolean isAwaitingRoom;
    private boolean hasRead;
    private boolean isEnding;
    private boolean isQuiet;
    private long reads;
    /** The last read that was answered before it was asked for in full, by the thread that asked. */
    private long answeredAtOnce;

    private @Nullable Thread fetching;
    private PartitionServer.@Nullable Waiting waiting;

    FetchStreamCall(
            PartitionServer partitions,
            PartitionCalls calls,
            ErrorMapping errors,
            FetchedMessages messages,
            OpenCalls open,
            StreamObserver<FetchStreamResponse> observer) {
        this.partitions = partitions;
        this.calls = calls;
        this.errors = errors;
        this.messages = messages;
        this.open = open;
        this.out = new StreamOut<>(observer, errors, this::read, this::stop);
    }

    @Override
    public void onNext(FetchStreamRequest request) {
        Optional<Rejection> rejection = switch (request.getMessageCase()) {
            case OPEN -> onOpen(request.getOpen());
            case CREDIT -> onCredit(request.getCredit());
            case MESSAGE_NOT_SET -> invalid("message", "is neither open nor credit");
        };
        rejection.ifPresent(this::refuse);
        if (rejection.isEmpty()) {
            read();
        }
    }

    private Optional<Rejection> onOpen(FetchStreamOpen wish) {
        if (partition != null) {
            return invalid("open", "comes once");
        }
        Optional<Rejection> wrong = messages.check(wish);
        if (wrong.isPresent()) {
            return wrong;
        }
        Found found = new Found();
        calls.here(
                wish.getTopic(),
                wish.getTopicId(),
                wish.getPartition(),
                rejection -> found.rejection = rejection,
                (topic, id) -> begin(wish, id));
        return Optional.ofNullable(found.rejection);
    }

    /** What a lookup that answers by callback, before it returns, has found wrong. */
    private static final class Found {
        private @Nullable Rejection rejection;
    }

    private void begin(FetchStreamOpen wish, TopicPartition id) {
        synchronized (this) {
            partition = id;
            format = wish.getFormat();
            maxBytes = messages.maxBytes(wish.getMaxBytes());
            position = wish.getOffset();
        }
        open.add(this);
    }

    private synchronized Optional<Rejection> onCredit(FetchCredit credit) {
        if (partition == null) {
            return invalid("credit", "comes after open");
        }
        if (credit.getRecords() < 0 || credit.getBytes() < 0) {
            return invalid("credit", "takes nothing back: it is below 0");
        }
        creditRecords = sum(creditRecords, credit.getRecords());
        creditBytes = sum(creditBytes, credit.getBytes());
        return Optional.empty();
    }

    /** Credit is often granted as "no limit". */
    private static long sum(long credit, long more) {
        return more > Long.MAX_VALUE - Math.max(credit, 0) ? Long.MAX_VALUE : credit + more;
    }

    private static Optional<Rejection> invalid(String field, String what) {
        return new Fields().require(false, field, what).rejection();
    }

    /** Reads on while there is credit, room and no other read. */
    private void read() {
        boolean isAnswered = true;
        while (isAnswered) {
            isAnswered = readOnce();
        }
    }

    /** Whether a read has begun, and has been answered by this very thread: then it is for the caller to go on. */
    private boolean readOnce() {
        settle();
        TopicPartition from;
        long offset;
        int bytes;
        long waitNs;
        long number;
        synchronized (this) {
            boolean mayRead =
                    creditRecords > 0 && creditBytes > 0 && !isReading && !isAwaitingRoom && !isEnding && out.isReady();
            if (partition == null || !mayRead) {
                return false;
            }
            isReading = true;
            fetching = Thread.currentThread();
            number = ++reads;
            from = partition;
            offset = position;
            bytes = (int) Math.min(maxBytes, creditBytes);
            // The first time only to see that this broker leads and has that offset.
            waitNs = hasRead ? MAX_WAIT_NS : 0;
        }
        PartitionServer.Waiting read =
                partitions.fetch(from, offset, 1, bytes, waitNs, outcome -> onRead(from, offset, outcome));
        boolean isAnswered;
        synchronized (this) {
            // Where another thread answers it that one goes on, and may have begun the next.
            isAnswered = answeredAtOnce == number;
            if (isReading && reads == number) {
                fetching = null;
                waiting = read;
            }
        }
        if (isOver()) {
            read.giveUp();
        }
        return isAnswered;
    }

    /** What was sent has gone; not while there is a read on its way, which is counted before it is sent. */
    private void settle() {
        boolean isAtRest;
        synchronized (this) {
            isAtRest = !isReading;
        }
        if (isAtRest && out.isReady()) {
            outbound.left();
        }
    }

    /** Drops what was read, to read it again once other callers have read what is theirs. */
    private void awaitRoom() {
        synchronized (this) {
            isReading = false;
            fetching = null;
            waiting = null;
            isAwaitingRoom = true;
        }
        outbound.awaitRoom(() -> {
            synchronized (this) {
                isAwaitingRoom = false;
            }
            read();
        });
    }

    private void onRead(TopicPartition from, long offset, Outcome<Fetched> outcome) {
        if (outcome instanceof Outcome.No<Fetched> no) {
            onRefused(no.refusal());
        } else if (outcome instanceof Outcome.Ok<Fetched> ok) {
            onFetched(from, offset, ok.value());
        }
    }

    private void onFetched(TopicPartition from, long offset, Fetched fetched) {
        if (!fetched.batches().hasRemaining()) {
            afterRead(offset, 0, 0);
        } else if (!outbound.hasRoom()) {
            awaitRoom();
        } else {
            outbound.add(FetchedMessages.memoryBytes(format, maxBytes, fetched));
            messages.message(from, format, offset, maxBytes, fetched, outcome -> {
                if (outcome instanceof Outcome.No<FetchResponse> no) {
                    refuse(Rejection.of(no.refusal()));
                } else if (outcome instanceof Outcome.Ok<FetchResponse> ok) {
                    send(offset, ok.value());
                }
            });
        }
    }

    private void send(long offset, FetchResponse response) {
        synchronized (this) {
            if (isOver()) {
                return;
            }
            // Together, so that an end that comes between says where to go on behind what was sent.
            position = response.getNextOffset();
            out.send(FetchStreamResponse.newBuilder().setFetched(response).build());
        }
        afterRead(response.getNextOffset(), response.getNextOffset() - offset, creditedBytes(response));
    }

    /** Of the records alone: both sides have to count the same, or one day the caller waits for us and we for it. */
    private static long creditedBytes(FetchResponse response) {
        return response.getBatches().size()
                + response.getRecordsList().stream()
                        .mapToLong(Record::getSerializedSize)
                        .sum();
    }

    private void afterRead(long nextOffset, long records, long bytes) {
        boolean isAtOnce;
        synchronized (this) {
            position = nextOffset;
            creditRecords -= records;
            creditBytes -= bytes;
            isReading = false;
            hasRead = true;
            waiting = null;
            isQuiet &= bytes == 0;
            isAtOnce = fetching == Thread.currentThread();
            fetching = null;
            if (isAtOnce) {
                answeredAtOnce = reads;
            }
        }
        // Who asks goes on by itself: a long tail in memory would else be as many calls within each other.
        if (!isAtOnce) {
            read();
        }
    }

    private void onRefused(Refusal refusal) {
        boolean isMoved =
                refusal.reason() == ErrorReason.NOT_LEADER || refusal.reason() == ErrorReason.LEADER_NOT_AVAILABLE;
        boolean hasBegun;
        synchronized (this) {
            hasBegun = hasRead;
        }
        if (isMoved && hasBegun) {
            FetchStreamEnd.Builder end =
                    FetchStreamEnd.newBuilder().setReason(StreamEndReason.STREAM_END_REASON_LEADER_MOVED);
            if (refusal.leader() != null) {
                end.setLeader(errors.hint(refusal.leader()));
            }
            end(end);
        } else {
            refuse(Rejection.of(refusal));
        }
    }

    private void end(FetchStreamEnd.Builder end) {
        synchronized (this) {
            if (isEnding) {
                return;
            }
            isEnding = true;
            out.send(FetchStreamResponse.newBuilder()
                    .setEnd(end.setNextOffset(position))
                    .build());
            out.complete();
        }
        stop();
    }

    private void refuse(Rejection rejection) {
        out.refuse(rejection);
        stop();
    }

    /** Reads no more and lets go of a read that waits. */
    private void stop() {
        PartitionServer.Waiting read;
        synchronized (this) {
            isEnding = true;
            read = waiting;
            waiting = null;
        }
        open.remove(this);
        if (read != null) {
            read.giveUp();
        }
    }

    private synchronized boolean isOver() {
        return isEnding || out.isOver();
    }

    @Override
    public void onError(Throwable cancelled) {
        stop();
    }

    @Override
    public void onCompleted() {
        out.complete();
        stop();
    }

    @Override
    public void onTick(long nowNs) {
        out.onTick(nowNs);
        if (out.isOver()) {
            stop();
        } else if (out.isReady()) {
            beatIfQuiet();
        }
    }

    /** After a whole tick without a message. */
    private void beatIfQuiet() {
        TopicPartition asked;
        boolean isDue;
        synchronized (this) {
            isDue = isQuiet && hasRead && !isEnding;
            isQuiet = true;
            asked = partition;
        }
        if (!isDue || asked == null) {
            return;
        }
        partitions
                .bounds(asked)
                .ifPresent(known -> out.send(FetchStreamResponse.newBuilder()
                        .setHeartbeat(FetchHeartbeat.newBuilder()
                                .setHighWatermark(known.highWatermark())
                                .setLogStartOffset(known.logStartOffset()))
                        .build()));
    }

    @Override
    public void drain() {
        end(FetchStreamEnd.newBuilder().setReason(StreamEndReason.STREAM_END_REASON_DRAINING));
    }
}
