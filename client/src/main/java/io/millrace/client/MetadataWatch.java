package io.millrace.client;

import io.grpc.Context;
import io.grpc.stub.StreamObserver;
import io.millrace.proto.v1.MetadataServiceGrpc;
import io.millrace.proto.v1.StreamEndReason;
import io.millrace.proto.v1.WatchMetadataRequest;
import io.millrace.proto.v1.WatchMetadataResponse;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the routes up to date by one watch on any broker, and moves it when it ends or its broker falls silent. What is
 * pushed comes within milliseconds of an election, long before anybody asks. Safe for threads.
 */
final class MetadataWatch implements AutoCloseable {
    private static final long MAX_PAUSE_MS = 1_000;
    private static final long MIN_PAUSE_MS = 50;

    private final Network network;
    private final Runnable onChange;
    private final Set<String> topics = new TreeSet<>();
    private final Set<String> failedThisRound = new HashSet<>();
    private @Nullable Watching watching;
    private long pauseMs = MIN_PAUSE_MS;
    private boolean isClosed;

    /** @param onChange run on any thread after the routes have learned something */
    MetadataWatch(Network network, Runnable onChange) {
        this.network = network;
        this.onChange = onChange;
    }

    /** Watches this topic too. */
    synchronized void add(String topic) {
        if (topics.add(topic)) {
            move();
        }
    }

    /** Moves the watch if its broker was found silent by somebody else: a watch has no heartbeat of its own. */
    synchronized void check() {
        Watching now = watching;
        if (now != null && now.hasSpoken && network.routes().isDoubtful(now.endpoint)) {
            move();
        }
    }

    private void move() {
        Watching before = watching;
        watching = null;
        Optional<String> next = network.routes().candidates().stream()
                .filter(endpoint -> !failedThisRound.contains(endpoint))
                .findFirst();
        if (isClosed || topics.isEmpty()) {
            return;
        }
        if (next.isPresent()) {
            watching = new Watching(next.get());
            watching.open(WatchMetadataRequest.newBuilder().addAllTopics(topics).build());
        } else {
            pause();
        }
        if (before != null) {
            before.cancel();
        }
    }

    private void pause() {
        failedThisRound.clear();
        try {
            var unused = network.timer().schedule(this::resume, pauseMs, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            // The client is closed, and with it the watch.
            isClosed = true;
        }
        pauseMs = Math.min(MAX_PAUSE_MS, 2 * pauseMs);
    }

    private synchronized void resume() {
        if (watching == null) {
            move();
        }
    }

    private synchronized boolean isCurrent(Watching asked) {
        return watching == asked;
    }

    private synchronized void onEnded(Watching ended) {
        if (watching == ended) {
            failedThisRound.add(ended.endpoint);
            move();
        }
    }

    private synchronized void onSpoken(Watching speaking) {
        speaking.hasSpoken = true;
        failedThisRound.clear();
        pauseMs = MIN_PAUSE_MS;
    }

    @Override
    public synchronized void close() {
        isClosed = true;
        Watching now = watching;
        watching = null;
        if (now != null) {
            now.cancel();
        }
    }

    /** One call. */
    private final class Watching implements StreamObserver<WatchMetadataResponse> {
        private final String endpoint;
        private final Context.CancellableContext context = Context.ROOT.withCancellation();
        private boolean hasSpoken;

        Watching(String endpoint) {
            this.endpoint = endpoint;
        }

        void open(WatchMetadataRequest request) {
            context.run(() -> MetadataServiceGrpc.newStub(network.channels().channel(endpoint))
                    .watchMetadata(request, this));
        }

        void cancel() {
            context.cancel(null);
        }

        @Override
        public void onNext(WatchMetadataResponse news) {
            if (!isCurrent(this)) {
                return;
            }
            network.routes().onAnswer(endpoint);
            network.routes().onPush(news);
            onSpoken(this);
            onChange.run();
            if (news.getEnd() != StreamEndReason.STREAM_END_REASON_UNSPECIFIED) {
                onEnded(this);
            }
        }

        @Override
        public void onError(Throwable thrown) {
            if (!isCurrent(this)) {
                return;
            }
            MillraceException failure = StatusReader.read(thrown, endpoint, true);
            if (failure.kind() == MillraceException.Kind.UNREACHABLE) {
                network.routes().onSilence(endpoint, String.valueOf(failure.getMessage()));
            }
            onEnded(this);
        }

        @Override
        public void onCompleted() {
            onEnded(this);
        }
    }
}
