package io.millrace.client;

import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import io.millrace.client.MillraceException.Kind;
import io.millrace.proto.v1.Certainty;
import io.millrace.proto.v1.EarliestPosition;
import io.millrace.proto.v1.LatestPosition;
import io.millrace.proto.v1.ListOffsetsRequest;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Carries out what {@link FetchMachine} decides, on the consumer's thread, and brings back what comes of it. */
final class ConsumerEngine implements FetchEffects, ClientLoop.Step {
    /** Silence is noticed no later than that after it has lasted too long, and a pause between tries ends so. */
    private static final long TICK_NS = TimeUnit.MILLISECONDS.toNanos(20);

    private final Network network;
    private final MillraceClient calling;
    private final MetadataWatch watch;
    private final ConsumerBuffer buffer = new ConsumerBuffer(this::onConsumed);
    private final ClientLoop loop = new ClientLoop("mill-consumer", this);
    private final FetchMachine machine;
    private final Map<Long, FetchStreamCall> calls = new HashMap<>();
    private final long timeoutMs;
    private final OutageLog outage = new OutageLog("some partitions cannot be read");
    private @Nullable MillraceException heldUpBy;
    private volatile @Nullable GroupEngine group;

    ConsumerEngine(ConsumerConfig config) {
        this.timeoutMs = config.timeoutMs();
        this.network = Network.of(config.bootstrap());
        this.calling = new MillraceClient(network, config.timeoutMs());
        this.watch = new MetadataWatch(network, loop::wake);
        this.machine = new FetchMachine(
                config.bufferBytes(),
                config.onOutOfRange(),
                network.routes(),
                this,
                () -> ThreadLocalRandom.current().nextDouble());
    }

    void start() {
        loop.start();
    }

    ConsumerBuffer buffer() {
        return buffer;
    }

    /** Reads what a group gives it from now on. */
    GroupEngine join(Subscription subscription) {
        GroupEngine joined = new GroupEngine(network, loop, buffer, subscription, timeoutMs);
        buffer.setGate(joined);
        group = joined;
        joined.start();
        return joined;
    }

    /** Reads these too. */
    void add(Map<TopicPartition, StartPosition> positions) {
        int turn = buffer.add(positions);
        positions.keySet().forEach(partition -> watch.add(partition.topic()));
        tell(told -> told.add(positions, turn));
    }

    void remove(Collection<TopicPartition> partitions) {
        buffer.remove(partitions);
        tell(told -> told.remove(partitions));
    }

    boolean isOwnThread() {
        return loop.isCurrent();
    }

    /** Tells the machine something that the application wants. */
    void tell(Consumer<FetchMachine> wish) {
        loop.execute(() -> wish.accept(machine));
    }

    void watch(String topic) {
        watch.add(topic);
    }

    private void onConsumed(TopicPartition partition, int turn, int bytes) {
        tell(told -> told.onConsumed(partition, turn, bytes));
    }

    void stop() {
        buffer.close();
        tell(told -> {
            told.assign(Map.of(), 0);
            end();
        });
    }

    private void end() {
        loop.stop();
        watch.close();
        network.close();
    }

    @Override
    public long run(long nowNs) {
        GroupEngine joined = group;
        if (joined != null) {
            joined.run(nowNs);
        }
        machine.pump(nowNs);
        watch.check();
        return machine.isIdle() && joined == null ? Long.MAX_VALUE : TICK_NS;
    }

    @Override
    public void onFault(Throwable fault) {
        MillraceException failure = MillraceException.withoutDetail(
                Kind.PROTOCOL, Certainty.CERTAINTY_DEFINITE, "the consumer has failed: " + fault, fault);
        buffer.onAllFailed(failure);
        GroupEngine joined = group;
        if (joined != null) {
            joined.end(failure);
        }
        end();
    }

    @Override
    public void open(long streamId, String endpoint, TopicPartition partition, long offset, int maxBytes) {
        FetchStreamCall call = new FetchStreamCall(streamId, endpoint, machine, calls::remove);
        calls.put(streamId, call.open(network.channels().channel(endpoint), loop, partition, offset, maxBytes));
    }

    @Override
    public void credit(long streamId, long records, long bytes) {
        FetchStreamCall call = calls.get(streamId);
        if (call != null) {
            call.credit(records, bytes);
        }
    }

    @Override
    public void cancel(long streamId) {
        FetchStreamCall call = calls.remove(streamId);
        if (call != null) {
            call.cancel();
        }
    }

    @Override
    public void find(TopicPartition partition, int turn, StartPosition position) {
        var unused = offsetOf(partition, position).whenComplete((offset, thrown) -> {
            if (thrown == null) {
                tell(told -> told.onFound(partition, turn, offset));
            } else {
                tell(told -> told.onNotFound(partition, turn, RetryingCall.unwrap(thrown), System.nanoTime()));
            }
        });
    }

    private CompletableFuture<Long> offsetOf(TopicPartition partition, StartPosition position) {
        ListOffsetsRequest.Builder request =
                ListOffsetsRequest.newBuilder().setTopic(partition.topic()).setPartition(partition.partition());
        if (position instanceof StartPosition.Offset known) {
            return CompletableFuture.completedFuture(known.offset());
        }
        if (position instanceof StartPosition.Earliest) {
            return list(request.setEarliest(EarliestPosition.getDefaultInstance()));
        }
        ListOffsetsRequest.Builder latest = request.clone().setLatest(LatestPosition.getDefaultInstance());
        if (position instanceof StartPosition.Time time) {
            // The end is looked for first: what comes in between must not fall between the two answers.
            return list(latest)
                    .thenCompose(end -> list(request.setTime(timestamp(time.timestampMs())))
                            .thenApply(found -> found < 0 ? end : found));
        }
        return list(latest);
    }

    private CompletableFuture<Long> list(ListOffsetsRequest.Builder request) {
        return calling.listOffsetsAsync(request.build()).thenApply(answer -> answer.getOffset());
    }

    private static Timestamp timestamp(long ms) {
        return Timestamp.newBuilder()
                .setSeconds(Math.floorDiv(ms, 1_000L))
                .setNanos((int) Math.floorMod(ms, 1_000L) * 1_000_000)
                .build();
    }

    @Override
    public void askNews(String topic) {
        var unused = network.news(topic).whenComplete((metadata, thrown) -> {
            if (thrown == null) {
                tell(told -> told.onNews(topic));
            } else {
                tell(told -> told.onNoNews(topic, RetryingCall.unwrap(thrown), System.nanoTime()));
            }
        });
    }

    @Override
    public void holdUp(@Nullable MillraceException why) {
        if (why == heldUpBy) {
            return;
        }
        heldUpBy = why;
        buffer.onHeldUp(why);
        if (why == null) {
            outage.onOver();
        } else {
            outage.onHeldUp(why);
        }
    }

    @Override
    public void onFound(TopicPartition partition, int turn, long offset) {
        buffer.onFound(partition, turn, offset);
    }

    @Override
    public void deliver(TopicPartition partition, int turn, long from, long next, ByteString batches) {
        buffer.add(new Fetched(partition, turn, from, next, batches));
    }

    @Override
    public void fail(TopicPartition partition, int turn, MillraceException failure) {
        buffer.onFailed(partition, turn, failure);
    }
}
