package io.millrace.lab.run;

import io.millrace.client.Consumer;
import io.millrace.client.ConsumerConfig;
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

    private final RunPlan plan;
    private final PollTelling telling;
    private final Consumer consumer;
    private final Thread thread;
    private final AtomicLong failures = new AtomicLong();
    private volatile boolean isStopping;

    AssignedReader(String name, String bootstrap, RunPlan plan, Payload payload, Recorder recorder) {
        this.plan = plan;
        this.telling = new PollTelling(name, false, payload, recorder);
        this.consumer = Consumer.open(ConsumerConfig.of(bootstrap));
        this.thread = new Thread(this::run, "mill-" + name);
    }

    void start() {
        Map<TopicPartition, StartPosition> positions = new HashMap<>();
        for (int partition = 0; partition < plan.partitions(); partition++) {
            positions.put(new TopicPartition(plan.topic(), partition), StartPosition.earliest());
            telling.start(partition, 0);
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
            long askedNs = System.nanoTime();
            try {
                telling.tell(consumer.poll(WAIT), askedNs);
            } catch (MillraceException e) {
                failures.incrementAndGet();
            }
        }
    }
}
