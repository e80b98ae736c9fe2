package io.millrace.cli.consume;

import io.millrace.client.RebalanceListener;
import io.millrace.client.TopicPartition;
import java.io.PrintStream;
import java.util.Comparator;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** Says on stderr, in one line each, which partitions come and go. Belongs to the main thread. */
final class MemberWords implements RebalanceListener {
    /** Joining takes less, unless nothing is free. */
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(3);

    private final PrintStream err;
    private final Committer committer;
    private long idleSinceNs = System.nanoTime();
    private boolean isIdleTold;
    private boolean isOver;

    MemberWords(PrintStream err, Committer committer) {
        this.err = err;
        this.committer = committer;
    }

    @Override
    public void onAssigned(Set<TopicPartition> partitions) {
        err.println("assigned " + names(partitions));
    }

    @Override
    public void onRevoked(Set<TopicPartition> partitions) {
        if (!isOver) {
            committer.letGoOf(partitions);
            err.println("gave up " + names(partitions));
        }
    }

    @Override
    public void onLost(Set<TopicPartition> partitions) {
        committer.lose();
        err.println(
                "lost " + names(partitions) + ": the group took this process for dead; what it has printed since its"
                        + " last commit is read again");
    }

    /** Tells once that there is nothing to read, for whoever would wonder about the silence. */
    void tellIfIdle(boolean hasPartitions) {
        long nowNs = System.nanoTime();
        if (hasPartitions) {
            idleSinceNs = nowNs;
            isIdleTold = false;
        } else if (!isIdleTold && nowNs - idleSinceNs > PATIENCE_NS) {
            isIdleTold = true;
            err.println("no partition to read: waiting for one");
        }
    }

    /** What is let go of from now on, is so because the command ends, which commits by itself. */
    void end() {
        isOver = true;
    }

    private static String names(Set<TopicPartition> partitions) {
        return partitions.stream()
                .sorted(Comparator.comparing(TopicPartition::topic).thenComparing(TopicPartition::partition))
                .map(TopicPartition::toString)
                .collect(Collectors.joining(" "));
    }
}
