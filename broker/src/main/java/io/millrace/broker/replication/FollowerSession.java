package io.millrace.broker.replication;

import io.millrace.broker.core.BrokerIncarnation;
import io.millrace.broker.core.TopicPartition;
import io.millrace.broker.runtime.EventLoop;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The leader's side of one follower's stream: hands each message to its partition's loop. */
final class FollowerSession implements FollowerStreams.Session, FollowerMessage.Receiver {

    private final BrokerIncarnation follower;
    private final PeerStream<LeaderMessage> out;
    private final Function<TopicPartition, @Nullable Replica> replicas;
    private final Map<TopicPartition, Served> served = new ConcurrentHashMap<>();
    private volatile boolean closed;

    private record Served(FollowerFeed feed, EventLoop loop) {
        void close() {
            loop.execute(feed::close);
        }
    }

    FollowerSession(
            BrokerIncarnation follower,
            PeerStream<LeaderMessage> out,
            Function<TopicPartition, @Nullable Replica> replicas) {
        this.follower = follower;
        this.out = out;
        this.replicas = replicas;
    }

    BrokerIncarnation follower() {
        return follower;
    }

    PeerStream<LeaderMessage> out() {
        return out;
    }

    void send(LeaderMessage message) {
        out.send(message);
    }

    /** {@code feed} goes over this stream from now on. */
    void serve(TopicPartition partition, FollowerFeed feed, EventLoop loop) {
        Served now = new Served(feed, loop);
        served.put(partition, now);
        if (closed) {
            now.close();
        }
    }

    @Override
    public void onMessage(FollowerMessage message) {
        message.deliverTo(this);
    }

    @Override
    public void onOpen(FollowerMessage.Open open) {
        Replica replica = replicas.apply(open.partition());
        if (replica == null) {
            refuse(open);
        } else {
            replica.loop().execute(() -> replica.onFollowerOpen(this, open));
        }
    }

    /** Not led here, as far as this broker knows yet. */
    void refuse(FollowerMessage.Open open) {
        out.send(new LeaderMessage.Refused(open.partition(), open.leaderEpoch(), LeaderMessage.Reason.NOT_LEADER, -1));
    }

    @Override
    public void onAck(FollowerMessage.Ack ack) {
        Replica replica = replicas.apply(ack.partition());
        if (replica != null) {
            replica.loop().execute(() -> replica.onFollowerAck(follower, ack));
        }
    }

    @Override
    public void onClose(FollowerMessage.Close close) {
        Served gone = served.remove(close.partition());
        if (gone != null) {
            gone.close();
        }
    }

    @Override
    public void onReady() {
        served.values().forEach(one -> one.loop().execute(one.feed()::pump));
    }

    @Override
    public void onClosed() {
        closed = true;
        served.values().forEach(Served::close);
    }
}
