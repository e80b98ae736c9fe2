package io.millrace.lab.cluster;

import io.millrace.client.MillraceClient;
import io.millrace.client.MillraceException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Predicate;

/** Asks brokers for the state of one topic. */
public final class TopicWatch {
    private static final long POLL_MS = 50;

    private final MillraceClient client;
    private final String topic;

    public TopicWatch(MillraceClient client, String topic) {
        this.client = client;
        this.topic = topic;
    }

    /** What the first broker that answers says. */
    public TopicState now() {
        return TopicState.of(client.metadata(topic), topic);
    }

    /** Waits until a broker says so; empty where the time passes before. A cluster that does not answer may yet. */
    public Optional<TopicState> await(Predicate<TopicState> wanted, Duration atMost) throws InterruptedException {
        long deadlineNs = System.nanoTime() + atMost.toNanos();
        while (true) {
            Optional<TopicState> state = ask().filter(wanted);
            if (state.isPresent() || System.nanoTime() - deadlineNs > 0) {
                return state;
            }
            Thread.sleep(POLL_MS);
        }
    }

    private Optional<TopicState> ask() throws InterruptedException {
        try {
            return Optional.of(now());
        } catch (MillraceException e) {
            if (e.kind() == MillraceException.Kind.CANCELLED && Thread.interrupted()) {
                throw (InterruptedException) new InterruptedException("while asking for " + topic).initCause(e);
            }
            return Optional.empty();
        }
    }
}
