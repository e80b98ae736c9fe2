package io.millrace.client;

import io.millrace.proto.v1.GetMetadataResponse;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;

/** What all calls of one client share: its channels, what it knows of the cluster, how it learns more, and
 * its timer thread. */
record Network(Channels channels, Routes routes, MetadataPolls polls, ScheduledThreadPoolExecutor timer)
        implements AutoCloseable {

    static Network of(List<String> bootstrap) {
        ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "mill-cl-timer");
            thread.setDaemon(true);
            return thread;
        });
        return new Network(new Channels(), new Routes(bootstrap), new MetadataPolls(timer), timer);
    }

    /** Asks who leads the topic's partitions now, on behalf of all who ask; done once the routes know. */
    CompletableFuture<GetMetadataResponse> news(String topic) {
        return polls.next(topic, asked -> RetryingCall.metadata(this, asked));
    }

    /** Calls in flight fail as CANCELLED. Pauses still run out, and end so too: a dropped one would never answer. */
    @Override
    public void close() {
        channels.close();
        timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(true);
        timer.shutdown();
    }
}
