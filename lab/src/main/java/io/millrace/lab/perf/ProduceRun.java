package io.millrace.lab.perf;

import io.millrace.client.MillraceException;
import io.millrace.client.Producer;
import io.millrace.client.ProducerRecord;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Writes a load, each value with its number for {@link Numbering}. */
public final class ProduceRun {
    /** Enough different ones that no codec finds the same record again within its window. */
    private static final int MAX_PAYLOADS = 512;

    private static final int MAX_PAYLOAD_BYTES = 16 << 20;

    private final Producer producer;
    private final Load load;
    private final Meter meter;
    private final byte[][] payloads;
    private final long name = Numbering.newRun();
    private final AtomicReference<@Nullable MillraceException> firstFailure = new AtomicReference<>();
    private volatile boolean isStopped;

    public ProduceRun(Producer producer, Load load, Meter meter) {
        this.producer = producer;
        this.load = load;
        this.meter = meter;
        this.payloads = payloads(load.recordBytes());
    }

    /** Returns once every record is answered; how long it took from when the topic was known, in nanoseconds. */
    public long run() {
        producer.partitionCount(load.topic());
        long startNs = System.nanoTime();
        long records = Math.min(load.records(), Integer.MAX_VALUE);
        for (long i = 0; i < records && !isStopped; i++) {
            long dueNs = load.ratePerS() == 0 ? System.nanoTime() : startNs + load.dueNs(i);
            if (dueNs - startNs >= load.durationNs()) {
                break;
            }
            awaitTime(dueNs);
            send(Numbering.number(payloads[(int) (i % payloads.length)], name, (int) i), dueNs);
        }
        producer.flush();
        return System.nanoTime() - startNs;
    }

    /** Ends the run early; from any thread. */
    public void stop() {
        isStopped = true;
    }

    /** Why the first record that failed did; null where none has. */
    public @Nullable MillraceException firstFailure() {
        return firstFailure.get();
    }

    private void send(byte[] payload, long dueNs) {
        producer.send(ProducerRecord.of(load.topic(), payload), (receipt, failure) -> {
            if (failure == null) {
                meter.onDone(payload.length, System.nanoTime() - dueNs);
            } else {
                meter.onFailed();
                firstFailure.compareAndSet(null, failure);
            }
        });
    }

    static void awaitTime(long dueNs) {
        long leftNs = dueNs - System.nanoTime();
        while (leftNs > 0) {
            LockSupport.parkNanos(leftNs);
            leftNs = dueNs - System.nanoTime();
        }
    }

    /** Letters, as logs and JSON have them: a codec has something to do, and not too little. */
    static byte[][] payloads(int bytes) {
        Random random = new Random(1);
        byte[][] payloads = new byte[Math.max(1, Math.min(MAX_PAYLOADS, MAX_PAYLOAD_BYTES / bytes))][bytes];
        for (byte[] payload : payloads) {
            for (int i = 0; i < bytes; i++) {
                payload[i] = (byte) ('A' + random.nextInt(26));
            }
        }
        return payloads;
    }
}
