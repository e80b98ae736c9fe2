package io.millrace.lab.run;

import io.millrace.client.MillraceClient;
import io.millrace.client.MillraceException;
import io.millrace.proto.v1.ErrorReason;
import java.time.Duration;

/** What a run leaves in a cluster: a topic and a group. */
public final class Traces {
    // A member that died is missed only after its session has timed out.
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final long PAUSE_MS = 500;

    private final MillraceClient client;
    private final RunPlan plan;

    public Traces(MillraceClient client, RunPlan plan) {
        this.client = client;
        this.plan = plan;
    }

    public String topic() {
        return plan.topic();
    }

    public String group() {
        return GroupSeat.group(plan);
    }

    /**
     * Deletes both, as far as they are there.
     *
     * @throws MillraceException where the cluster does not do so within a minute
     */
    public void remove() throws InterruptedException {
        long deadlineNs = System.nanoTime() + LIMIT.toNanos();
        delete(() -> client.deleteGroup(group()), ErrorReason.ERROR_REASON_UNKNOWN_GROUP, deadlineNs);
        delete(() -> client.deleteTopic(topic()), ErrorReason.ERROR_REASON_UNKNOWN_TOPIC, deadlineNs);
    }

    private static void delete(Runnable deletion, ErrorReason whereNone, long deadlineNs) throws InterruptedException {
        while (true) {
            try {
                deletion.run();
                return;
            } catch (MillraceException e) {
                if (e.reason() == whereNone) {
                    return;
                }
                if (System.nanoTime() - deadlineNs > 0) {
                    throw e;
                }
                Thread.sleep(PAUSE_MS);
            }
        }
    }
}
