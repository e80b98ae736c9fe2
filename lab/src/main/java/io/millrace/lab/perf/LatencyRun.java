package io.millrace.lab.perf;

import io.millrace.client.Consumer;
import io.millrace.client.ConsumerRecord;
import io.millrace.client.Producer;
import io.millrace.client.ProducerRecord;
import java.nio.ByteBuffer;
import java.time.Duration;

/**
 * From producer to consumer, in one process, so that one clock counts: each value says when it was due. The consumer has
 * to read from the end.
 */
public final class LatencyRun {
    private static final Duration PATIENCE = Duration.ofMillis(100);
    private static final long LAST_ONES_NS = 10_000_000_000L;

    private final Producer producer;
    private final Consumer consumer;
    private final Load load;
    private final Meter acknowledged;
    private final Meter received;
    /** What tells this run's records from those of others. */
    private final long mark = System.nanoTime();

    private volatile long sent = -1;
    private volatile boolean isStopped;

    /**
     * @param consumer assigned, at the end of each partition
     * @param acknowledged gets the time until a record was acknowledged
     * @param received gets the time until it was read
     */
    public LatencyRun(Producer producer, Consumer consumer, Load load, Meter acknowledged, Meter received) {
        if (load.ratePerS() == 0) {
            throw new IllegalArgumentException("latencies need a rate: at full speed they only tell of the queues");
        }
        this.producer = producer;
        this.consumer = consumer;
        this.load = load;
        this.acknowledged = acknowledged;
        this.received = received;
    }

    /**
     * Sends from this thread; to be called beside {@link #receive}. Returns how long it took from when the topic was
     * known, in nanoseconds.
     */
    public long send() {
        byte[][] payloads = ProduceRun.payloads(load.recordBytes());
        long number = 0;
        try {
            producer.partitionCount(load.topic());
            long startNs = System.nanoTime();
            for (; number < load.records() && !isStopped; number++) {
                long afterNs = load.dueNs(number);
                if (afterNs >= load.durationNs()) {
                    break;
                }
                ProduceRun.awaitTime(startNs + afterNs);
                send(payloads[(int) (number % payloads.length)].clone(), startNs + afterNs);
            }
            producer.flush();
            return System.nanoTime() - startNs;
        } finally {
            sent = number;
        }
    }

    private void send(byte[] value, long dueNs) {
        ByteBuffer.wrap(value).putLong(mark).putLong(dueNs);
        producer.send(ProducerRecord.of(load.topic(), value), (receipt, failure) -> {
            if (failure == null) {
                acknowledged.onDone(value.length, System.nanoTime() - dueNs);
            } else {
                acknowledged.onFailed();
            }
        });
    }

    /** Reads on this thread until all that was acknowledged has come, or has not for ten seconds. */
    public void receive() {
        long lastNs = System.nanoTime();
        while (!isStopped && (sent < 0 || received.records() < acknowledged.records())) {
            long before = received.records();
            consumer.poll(PATIENCE).forEach(this::onRecord);
            long nowNs = System.nanoTime();
            if (sent < 0 || received.records() > before) {
                lastNs = nowNs;
            } else if (nowNs - lastNs > LAST_ONES_NS) {
                return;
            }
        }
    }

    /** Ends the run early; from any thread. */
    public void stop() {
        isStopped = true;
    }

    private void onRecord(ConsumerRecord record) {
        ByteBuffer value = record.value();
        if (value != null && value.remaining() >= Load.MIN_RECORD_BYTES && value.getLong(value.position()) == mark) {
            received.onDone(value.remaining(), System.nanoTime() - value.getLong(value.position() + Long.BYTES));
        }
    }
}
