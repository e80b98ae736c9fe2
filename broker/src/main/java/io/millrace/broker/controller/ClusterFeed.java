package io.millrace.broker.controller;

import io.millrace.broker.core.ClusterImage;
import io.millrace.broker.runtime.EventLoop;
import io.millrace.coordinator.Coordinator;
import io.millrace.coordinator.Node;
import io.millrace.coordinator.Subscription;
import io.millrace.coordinator.TreeListener;
import io.millrace.coordinator.tree.Paths;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * Watches the tree and keeps the cluster's image, on every broker. Level-triggered: an image is what was known when it
 * was made, later ones are newer in every part, and changes that come together are published together.
 */
public final class ClusterFeed implements BroadcastReceiver, AutoCloseable {

    private static final List<String> WATCHED = List.of(Paths.BROKERS, Paths.TOPICS, Paths.CONTROLLER_EPOCH);

    private final Coordinator coordinator;
    private final EventLoop loop;
    private final ImageAssembly assembly;
    private final List<Consumer<ClusterImage>> listeners = new CopyOnWriteArrayList<>();
    private final List<Subscription> watches = new ArrayList<>();
    private final CompletableFuture<Void> ready = new CompletableFuture<>();

    private volatile ClusterImage image;
    private int watchesInitialized;
    private boolean isPublishing;
    private boolean isClosed;

    /** @param loop runs the listeners; the same as the {@link Controller}'s */
    public ClusterFeed(Coordinator coordinator, String clusterId, EventLoop loop) {
        this.coordinator = coordinator;
        this.loop = loop;
        this.assembly = new ImageAssembly(clusterId);
        this.image = ClusterImage.empty(clusterId);
    }

    /** Begins to watch; returns at once. */
    public void start() {
        loop.execute(() -> {
            for (String path : WATCHED) {
                watches.add(coordinator.watch(path, new Watch()));
            }
        });
    }

    /** Completes, on the loop, when the first image that holds the whole tree is published. */
    public CompletionStage<Void> ready() {
        return ready.minimalCompletionStage();
    }

    /** Whether {@link #ready} is complete. Any thread. */
    public boolean isReady() {
        return ready.isDone();
    }

    /** The newest image; an empty one before {@link #ready}. Any thread. */
    public ClusterImage image() {
        return image;
    }

    /** Tells {@code listener} of the present image, once there is one, and of each later one. Any thread may call. */
    public Subscription listen(Consumer<ClusterImage> listener) {
        loop.execute(() -> {
            if (ready.isDone()) {
                listener.accept(image);
            }
            listeners.add(listener);
        });
        return () -> loop.execute(() -> listeners.remove(listener));
    }

    /** What a controller has recorded counts at once; the watch brings it again. */
    @Override
    public void onRecorded(List<RecordedChunk> chunks) {
        loop.execute(() -> record(chunks));
    }

    /** As {@link #onRecorded}, on the loop. */
    void record(List<RecordedChunk> chunks) {
        chunks.forEach(assembly::onRecorded);
        publishSoon();
    }

    @Override
    public void close() {
        loop.execute(() -> {
            isClosed = true;
            watches.forEach(Subscription::close);
        });
    }

    private void onNode(Node node) {
        assembly.onNode(node);
        publishSoon();
    }

    private void onDeleted(String path) {
        assembly.onDeleted(path);
        publishSoon();
    }

    private void onInitialized() {
        watchesInitialized++;
        publishSoon();
    }

    /** Queued behind what has arrived already, so that a burst becomes one image. */
    private void publishSoon() {
        if (!isPublishing) {
            isPublishing = true;
            loop.execute(this::publish);
        }
    }

    private void publish() {
        isPublishing = false;
        if (isClosed || watchesInitialized < WATCHED.size()) {
            return;
        }
        ClusterImage next = assembly.image();
        if (!next.equals(image) || !ready.isDone()) {
            image = next;
            listeners.forEach(listener -> listener.accept(next));
        }
        ready.complete(null);
    }

    /** Hands over to the loop. */
    private final class Watch implements TreeListener {
        private boolean isInitialized;

        @Override
        public void onNode(Node node) {
            loop.execute(() -> ClusterFeed.this.onNode(node));
        }

        @Override
        public void onDeleted(String path) {
            loop.execute(() -> ClusterFeed.this.onDeleted(path));
        }

        @Override
        public void onInitialized() {
            loop.execute(() -> {
                // Said again after a lost session.
                if (!isInitialized) {
                    isInitialized = true;
                    ClusterFeed.this.onInitialized();
                }
            });
        }
    }
}
