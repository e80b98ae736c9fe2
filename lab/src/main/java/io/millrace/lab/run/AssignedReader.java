package io.millrace.lab.run;

import io.millrace.client.Consumer;
import io.millrace.client.ConsumerConfig;
import io.millrace.client.ConsumerRecord;
import io.millrace.client.MillraceException;
import io.millrace.client.StartPosition;
import io.millrace.client.TopicPartition;
import io.millrace.lab.drill.Payload;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** Reads every partition from its start for as long as the run lasts. */
final class AssignedReader {
    private static final Duration WAIT = Duration.ofMillis(200);

    private final String name;
    private final RunPlan plan;
    private final Payload payload;
    private final Recorder recorder;
    private final Consumer consumer;
    private final Thread thread;
    private final AtomicLong failures = new AtomicLong();
    private volatile boolean isStopping;

    AssignedReader(String name, String bootstrap, RunPlan plan, Payload payload, Recorder recorder) {
        this.name = name;
        this.plan = plan;
        this.payload = payload;
        this.recorder = recorder;
        this.consumer = Consumer.open(ConsumerConfig.of(bootstrap));
        this.thread = new Thread(this::run, "mill-" + name);
    }

    void start() {
        Map<TopicPartition, StartPosition> positions = new HashMap<>();
        for (int partition = 0; partition < plan.partitions(); partition++) {
            positions.put(new TopicPartition(plan.topic(), partition), StartPosition.earliest());
        }
        consumer.assign(positions);
        thread.start();
    }

    void stop() throws InterruptedException {
        isStopping = true;
        consumer.wakeup();
        thread.join();
        consumer.close();
    }

    /** Polls that failed. */
    long failures() {
        return failures.get();
    }

    private void run() {
        while (!isStopping) {
            try {
                for (ConsumerRecord read : consumer.poll(WAIT)) {
                    recorder.onRead(
                            name,
                            false,
                            read.partition(),
                            read.offset(),
                            payload.parse(read.partition(), read.value()).orElse(-1),
                            System.nanoTime());
                }
            } catch (MillraceException e) {
                failures.incrementAndGet();
            }
        }
    }
}
