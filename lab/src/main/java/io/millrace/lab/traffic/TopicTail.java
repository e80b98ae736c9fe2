package io.millrace.lab.traffic;

import com.google.protobuf.Duration;
import io.millrace.client.MillraceClient;
import io.millrace.proto.v1.FetchFormat;
import io.millrace.proto.v1.FetchRequest;
import io.millrace.proto.v1.FetchResponse;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Follows the end of every partition, as a consumer does, and counts the fetches that failed. */
public final class TopicTail implements AutoCloseable {
    // Often enough to notice a broker that does not serve, too seldom to be a load.
    private static final long PAUSE_MS = 250;
    private static final int FETCH_BYTES = 1 << 20;
    private static final Duration MAX_WAIT =
            Duration.newBuilder().setNanos(500_000_000).build();

    private final MillraceClient client;
    private final String topic;
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "mill-tail-0"));
    private final AtomicLong failures = new AtomicLong();
    private final AtomicLong answers = new AtomicLong();

    /** Begins at the start of each partition. */
    public TopicTail(MillraceClient client, String topic, int partitions) {
        this.client = client;
        this.topic = topic;
        for (int partition = 0; partition < partitions; partition++) {
            fetch(partition, 0);
        }
    }

    /** Fetches that did not succeed within the client's timeout, its retries included. */
    public long failures() {
        return failures.get();
    }

    /** Fetches that succeeded. */
    public long answers() {
        return answers.get();
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }

    private void fetch(int partition, long offset) {
        var unused = client.fetchAsync(request(partition, offset)).whenComplete((answer, thrown) -> {
            if (!thread.isShutdown()) {
                count(thrown);
                long next = answer == null ? offset : next(answer);
                var ignored = thread.schedule(() -> fetch(partition, next), PAUSE_MS, TimeUnit.MILLISECONDS);
            }
        });
    }

    private void count(@Nullable Throwable thrown) {
        (thrown == null ? answers : failures).incrementAndGet();
    }

    private static long next(FetchResponse answer) {
        return answer.getNextOffset();
    }

    private FetchRequest request(int partition, long offset) {
        return FetchRequest.newBuilder()
                .setTopic(topic)
                .setPartition(partition)
                .setOffset(offset)
                .setMaxWait(MAX_WAIT)
                .setMaxBytes(FETCH_BYTES)
                .setFormat(FetchFormat.FETCH_FORMAT_BATCH)
                .build();
    }
}
