package io.millrace.broker.rpc;

import io.grpc.stub.StreamObserver;
import io.millrace.broker.core.BrokerImage;
import io.millrace.broker.core.ClusterImage;
import io.millrace.broker.core.TopicImage;
import io.millrace.proto.v1.StreamEndReason;
import io.millrace.proto.v1.WatchMetadataResponse;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;

/** One caller's view of the cluster: what differs from what it was told last, as soon as it can take it. */
final class MetadataWatch implements OpenCalls.Call {

    private final RpcContext context;
    private final OpenCalls open;
    private final SortedSet<String> wanted;
    private final StreamOut<WatchMetadataResponse> out;
    private final Outbound outbound = Outbound.current();

    private final TreeMap<String, TopicImage> toldTopics = new TreeMap<>();
    private List<BrokerImage> toldBrokers = List.of();
    private int toldController;
    private boolean isAwaitingRoom;
    private long version;

    /** @param wanted names of topics, none for all */
    MetadataWatch(
            RpcContext context,
            ErrorMapping errors,
            OpenCalls open,
            SortedSet<String> wanted,
            StreamObserver<WatchMetadataResponse> observer) {
        this.context = context;
        this.open = open;
        this.wanted = wanted;
        this.out = new StreamOut<>(observer, errors, this::tell, () -> open.remove(this));
    }

    void start(Optional<Rejection> rejection) {
        if (rejection.isPresent()) {
            out.refuse(rejection.get());
            return;
        }
        open.add(this);
        tell();
    }

    @Override
    public void onImage() {
        tell();
    }

    /** All of it may be large, so that waits for room; news are small, and somebody waits for them. */
    private void tell() {
        if (!out.isReady()) {
            return;
        }
        outbound.left();
        if (hasBegun() || outbound.hasRoom()) {
            tellNews();
        } else {
            awaitRoom();
        }
    }

    private synchronized boolean hasBegun() {
        return version > 0;
    }

    /** The newest image, and not each one: who reads slowly has no use for those in between. */
    private synchronized void tellNews() {
        if (!out.isReady()) {
            return;
        }
        ClusterImage image = context.image().get();
        List<BrokerImage> brokers = MetadataGrpcService.reachable(image);
        int controller = MetadataGrpcService.controllerId(image);
        WatchMetadataResponse.Builder news = WatchMetadataResponse.newBuilder();
        tellTopics(image, news);
        boolean isNews = version == 0
                || news.getTopicsCount() > 0
                || news.getDeletedTopicsCount() > 0
                || !brokers.equals(toldBrokers)
                || controller != toldController;
        if (isNews) {
            toldBrokers = brokers;
            toldController = controller;
            brokers.forEach(broker -> news.addBrokers(MetadataMessages.broker(broker)));
            WatchMetadataResponse message = news.setMetadataVersion(++version)
                    .setControllerId(controller)
                    .build();
            outbound.add(message.getSerializedSize());
            out.send(message);
        }
    }

    private void awaitRoom() {
        synchronized (this) {
            if (isAwaitingRoom) {
                return;
            }
            isAwaitingRoom = true;
        }
        outbound.awaitRoom(() -> {
            synchronized (this) {
                isAwaitingRoom = false;
            }
            tell();
        });
    }

    private void tellTopics(ClusterImage image, WatchMetadataResponse.Builder news) {
        for (TopicImage topic : MetadataGrpcService.topics(wanted, image)) {
            if (!topic.equals(toldTopics.put(topic.name(), topic))) {
                news.addTopics(MetadataMessages.topic(topic));
            }
        }
        toldTopics.keySet().removeIf(name -> {
            boolean isGone = !image.topics().containsKey(name);
            if (isGone) {
                news.addDeletedTopics(name);
            }
            return isGone;
        });
    }

    @Override
    public void onTick(long nowNs) {
        out.onTick(nowNs);
        if (out.isOver()) {
            open.remove(this);
        }
    }

    @Override
    public synchronized void drain() {
        out.send(WatchMetadataResponse.newBuilder()
                .setMetadataVersion(++version)
                .setControllerId(toldController)
                .setEnd(StreamEndReason.STREAM_END_REASON_DRAINING)
                .build());
        out.complete();
        open.remove(this);
    }
}
