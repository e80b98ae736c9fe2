package io.millrace.client;

import io.millrace.client.MillraceException.Kind;
import io.millrace.proto.v1.Certainty;
import io.millrace.proto.v1.ProduceResponse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Carries out what {@link SendMachine} decides, on the producer's thread, and brings back what comes of it.
 *
 * <p>Concurrency: the effects and everything private but {@code incomplete}, {@code awake} and {@code urgent} belong to
 * that thread; the package's methods are for applications' threads.
 */
final class ProducerEngine implements SendEffects, ClientLoop.Step, PartitionBuffer.Owner {
    private static final long ID_TIMEOUT_MS = 30_000;
    private static final long ID_PAUSE_MS = 200;

    /** Deadlines and stalls are noticed no later than that, and only while something is under way. */
    private static final long TICK_NS = TimeUnit.MILLISECONDS.toNanos(5);

    private final ProducerConfig config;
    private final Network network;
    private final MillraceClient calling;
    private final BufferMemory memory;
    private final MetadataWatch watch;
    private final ClientLoop loop = new ClientLoop("mill-producer", this);
    private final SendMachine machine;
    private final Map<Long, ProduceStreamCall> calls = new HashMap<>();
    private final Set<ProducerBatch> incomplete = ConcurrentHashMap.newKeySet();
    private final Queue<PartitionBuffer> awake = new ConcurrentLinkedQueue<>();
    private final Queue<PartitionBuffer> buffers = new ConcurrentLinkedQueue<>();
    private final AtomicInteger urgent = new AtomicInteger();
    private volatile boolean isOver;

    ProducerEngine(ProducerConfig config) {
        this.config = config;
        this.network = Network.of(config.bootstrap());
        this.calling = new MillraceClient(network, ID_TIMEOUT_MS);
        this.watch = new MetadataWatch(network, loop::wake);
        this.machine = new SendMachine(
                new SendRules(config.isIdempotent()),
                network.routes(),
                this,
                () -> ThreadLocalRandom.current().nextDouble());
        this.memory = new BufferMemory(config.bufferBytes(), loop::wake, machine::lastFailure);
    }

    void start() {
        loop.start();
    }

    Network network() {
        return network;
    }

    BufferMemory memory() {
        return memory;
    }

    TopicBuffers topic(String topic) {
        watch.add(topic);
        return new TopicBuffers(
                topic,
                network.routes(),
                config.batchMaxBytes(),
                partition -> buffer(new TopicPartition(topic, partition)));
    }

    private PartitionBuffer buffer(TopicPartition partition) {
        PartitionBuffer buffer = new PartitionBuffer(partition, config, this);
        buffers.add(buffer);
        return buffer;
    }

    @Override
    public void onWork(PartitionBuffer buffer) {
        awake.add(buffer);
    }

    @Override
    public int maxBatchBytes(String topic) {
        return network.routes().maxBatchBytes(topic);
    }

    @Override
    public boolean isOver() {
        return isOver;
    }

    /** Something may be ready to go. */
    void wake() {
        loop.wake();
    }

    @Override
    public boolean isUrgent() {
        return urgent.get() > 0 || memory.isShort();
    }

    @Override
    public void onBegun(ProducerBatch batch) {
        incomplete.add(batch);
    }

    /**
     * Waits until everybody was told who waits for a record that was sent before.
     *
     * @return false where the time was over before that
     */
    boolean awaitAll(long timeoutNs) throws InterruptedException {
        long deadlineNs = System.nanoTime() + timeoutNs;
        urgent.incrementAndGet();
        loop.wake();
        try {
            for (ProducerBatch batch : List.copyOf(incomplete)) {
                if (!batch.done().await(deadlineNs - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                    return false;
                }
            }
            return true;
        } finally {
            urgent.decrementAndGet();
        }
    }

    boolean isOnLoop() {
        return loop.isCurrent();
    }

    /** Fails what is left, then ends everything. */
    void stop() {
        isOver = true;
        memory.close();
        loop.execute(() -> {
            machine.failAll("the producer was closed", System.nanoTime());
            failWaiting(MillraceException.withoutDetail(
                    Kind.CANCELLED, Certainty.CERTAINTY_DEFINITE, "the producer was closed", null));
            end();
        });
    }

    /** What no machine has seen yet. Nothing is added to a buffer any more. */
    private void failWaiting(MillraceException failure) {
        for (PartitionBuffer buffer : buffers) {
            for (ProducerBatch batch = buffer.takeExpired(0, true);
                    batch != null;
                    batch = buffer.takeExpired(0, true)) {
                fail(batch, failure);
            }
        }
    }

    private void end() {
        loop.stop();
        watch.close();
        network.close();
    }

    @Override
    public long run(long nowNs) {
        takeAwake();
        machine.pump(nowNs);
        watch.check();
        return machine.isIdle() ? Long.MAX_VALUE : Math.min(TICK_NS, machine.readyInNs(nowNs));
    }

    private void takeAwake() {
        for (PartitionBuffer buffer = awake.poll(); buffer != null; buffer = awake.poll()) {
            machine.onWork(buffer.partition(), buffer);
        }
    }

    /** Nobody else would tell those who wait. */
    @Override
    public void onFault(Throwable fault) {
        MillraceException failure = MillraceException.withoutDetail(
                Kind.PROTOCOL, Certainty.CERTAINTY_INDETERMINATE, "the producer has failed: " + fault, fault);
        isOver = true;
        memory.close();
        failWaiting(failure.as(Certainty.CERTAINTY_DEFINITE));
        List.copyOf(incomplete).forEach(batch -> fail(batch, failure));
        end();
    }

    boolean isBroken() {
        return loop.hasFailed();
    }

    @Override
    public void open(long streamId, String endpoint) {
        calls.put(
                streamId,
                new ProduceStreamCall(streamId, endpoint, machine, calls::remove)
                        .open(network.channels().channel(endpoint), loop));
    }

    @Override
    public boolean send(long streamId, long frameId, TopicPartition partition, SendBatch batch) {
        ProduceStreamCall call = calls.get(streamId);
        return call != null && call.send(frameId, partition, ((ProducerBatch) batch).encoded(), config.acks());
    }

    @Override
    public void cancel(long streamId, String why) {
        ProduceStreamCall call = calls.remove(streamId);
        if (call != null) {
            call.cancel(why);
        }
    }

    @Override
    public void askNews(String topic) {
        var unused = network.news(topic).whenComplete((metadata, failure) -> loop.execute(() -> machine.onNews(topic)));
    }

    @Override
    public void askProducerId() {
        var unused = calling.initProducerAsync().whenComplete((answer, thrown) -> {
            if (thrown == null) {
                loop.execute(() -> machine.onProducerId(answer.getProducerId(), answer.getProducerEpoch()));
            } else {
                onNoProducerId(RetryingCall.unwrap(thrown));
            }
        });
    }

    private void onNoProducerId(MillraceException failure) {
        Runnable goOn = () -> loop.execute(() -> machine.onProducerIdRefused(failure));
        try {
            var unused = network.timer().schedule(goOn, ID_PAUSE_MS, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            // The producer is closed; what waits for the id has failed with that.
            loop.stop();
        }
    }

    @Override
    public void acknowledge(TopicPartition partition, SendBatch batch, ProduceResponse answer) {
        ProducerBatch done = (ProducerBatch) batch;
        // First, so that whoever is told finds room for the next one.
        memory.giveBack(done.reservedBytes());
        done.acknowledge(answer);
        incomplete.remove(done);
    }

    @Override
    public void fail(SendBatch batch, MillraceException failure) {
        ProducerBatch done = (ProducerBatch) batch;
        memory.giveBack(done.reservedBytes());
        done.fail(failure);
        incomplete.remove(done);
    }
}
