package io.millrace.broker.replication;

import io.millrace.broker.core.BrokerIncarnation;
import io.millrace.broker.core.TopicPartition;
import io.millrace.broker.log.LogSlice;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Optional;

/**
 * Sends one partition to one follower: batches as they are appended while the follower keeps up, reads of the log while it
 * does not, never more than a window ahead of what it has acknowledged, never while its stream is not ready. Loop only.
 */
final class FollowerFeed {

    private final TopicPartition partition;
    private final int leaderEpoch;
    private final LeaderRole leader;
    private final PeerStream<LeaderMessage> out;
    private final ReplicationSettings settings;
    final BrokerIncarnation follower;

    private final ArrayDeque<Sent> unacknowledged = new ArrayDeque<>();
    private long unacknowledgedBytes;
    private long nextOffset;
    private long sentHighWatermark = -1;
    private boolean reading;
    private boolean closed;

    private record Sent(long endOffset, int bytes) {}

    FollowerFeed(
            TopicPartition partition,
            int leaderEpoch,
            LeaderRole leader,
            BrokerIncarnation follower,
            PeerStream<LeaderMessage> out,
            ReplicationSettings settings,
            long fromOffset) {
        this.partition = partition;
        this.leaderEpoch = leaderEpoch;
        this.leader = leader;
        this.follower = follower;
        this.out = out;
        this.settings = settings;
        this.nextOffset = fromOffset;
    }

    /** These batches were appended just now: they go out without a detour over the file if nothing is before them. */
    void onAppended(ByteBuffer batches, long baseOffset, long endOffset) {
        if (!reading && nextOffset == baseOffset && maySend()) {
            send(batches, endOffset);
        } else {
            pump();
        }
    }

    void onAcknowledged(long endOffset) {
        Sent head = unacknowledged.peek();
        while (head != null && head.endOffset() <= endOffset) {
            unacknowledgedBytes -= head.bytes();
            unacknowledged.remove();
            head = unacknowledged.peek();
        }
        pump();
    }

    /** Sends what may be sent; called whenever the window, the stream or the log may have made room. */
    void pump() {
        while (!reading && maySend()) {
            if (nextOffset >= leader.logEndOffset()) {
                // Nothing else may follow, and the watermark may have found the stream not ready when its time came.
                sendHighWatermark(leader.highWatermark());
                return;
            }
            Optional<LogSlice> tail = leader.readTail(nextOffset, settings.sendMaxBytes());
            if (tail.isEmpty()) {
                reading = true;
                leader.readForFollower(nextOffset, settings.sendMaxBytes(), this);
            } else {
                send(tail.get().batches(), tail.get().nextOffset());
            }
        }
    }

    /** What {@link #pump} asked for, from {@code nextOffset} on. */
    void onRead(ByteBuffer batches, long endOffset) {
        reading = false;
        if (closed) {
            return;
        }
        if (endOffset > nextOffset) {
            send(batches, endOffset);
        }
        pump();
    }

    /** The high watermark goes out by itself if no data has taken it along. */
    void sendHighWatermark(long highWatermark) {
        if (!closed && sentHighWatermark < highWatermark && out.isReady()) {
            sentHighWatermark = highWatermark;
            out.send(new LeaderMessage.Data(
                    partition, leaderEpoch, leader.logStartOffset(), highWatermark, ByteBuffer.allocate(0)));
        }
    }

    void refuse(LeaderMessage.Reason reason) {
        if (!closed) {
            out.send(new LeaderMessage.Refused(partition, leaderEpoch, reason, -1));
        }
        close();
    }

    /**
     * Another feed of the same follower takes this one's place. Over another stream the follower is told: if this was the
     * one that it listens to, it would wait on it for ever, and if not, nobody hears.
     */
    void displace(PeerStream<LeaderMessage> by) {
        if (by == out) {
            close();
        } else {
            refuse(LeaderMessage.Reason.NOT_LEADER);
        }
    }

    void close() {
        if (!closed) {
            closed = true;
            leader.onFeedClosed(this);
        }
    }

    boolean isClosed() {
        return closed;
    }

    private boolean maySend() {
        return !closed && out.isReady() && unacknowledgedBytes < settings.windowBytes();
    }

    private void send(ByteBuffer batches, long endOffset) {
        int bytes = batches.remaining();
        unacknowledged.add(new Sent(endOffset, bytes));
        unacknowledgedBytes += bytes;
        nextOffset = endOffset;
        sentHighWatermark = leader.highWatermark();
        out.send(new LeaderMessage.Data(partition, leaderEpoch, leader.logStartOffset(), sentHighWatermark, batches));
    }
}
