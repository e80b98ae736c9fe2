package io.millrace.cli.consume;

import io.millrace.client.CommitPosition;
import io.millrace.client.Consumer;
import io.millrace.client.ConsumerRecord;
import io.millrace.client.ConsumerRecords;
import io.millrace.client.TopicPartition;
import java.io.PrintStream;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Prints what a member of a group is given to read, until the ends, the wanted number of records, a stop signal, or a
 * closed stdout. Each is a normal end.
 */
final class GroupLoop {
    /** How long the loop may sleep before it looks whether a commit is due. */
    private static final Duration POLL = Duration.ofMillis(500);

    private final Consumer consumer;
    private final Committer committer;
    private final MemberWords words;
    private final RecordSink sink;
    private final PrintStream out;
    private final Ends ends;
    private long remainingRecords;
    private volatile boolean isStopped;

    GroupLoop(
            Consumer consumer,
            Committer committer,
            MemberWords words,
            RecordSink sink,
            PrintStream out,
            Ends ends,
            long maxRecords) {
        this.consumer = consumer;
        this.committer = committer;
        this.words = words;
        this.sink = sink;
        this.out = out;
        this.ends = ends;
        this.remainingRecords = maxRecords;
    }

    /** Ends the loop soon. Safe from any thread. */
    void stop() {
        isStopped = true;
        consumer.wakeup();
    }

    /** Returns once everything printed is flushed and committed. */
    void run() {
        try {
            readAll();
        } catch (RuntimeException why) {
            // What was printed before is printed; that this cannot be committed must not hide why it ended.
            try {
                committer.finish();
            } catch (RuntimeException alsoFailed) {
                why.addSuppressed(alsoFailed);
            }
            throw why;
        } finally {
            words.end();
        }
        committer.finish();
    }

    private void readAll() {
        while (remainingRecords > 0 && !isStopped) {
            ConsumerRecords records = consumer.poll(POLL);
            Set<TopicPartition> assigned = consumer.assigned();
            print(records);
            committer.commitIfDue();
            words.tellIfIdle(!assigned.isEmpty());
            if (ends.isReached(consumer, assigned)) {
                return;
            }
        }
    }

    /** A reader that closed its end (`| head`) has all it wants: no error, and nothing that it did not get is committed. */
    private void print(ConsumerRecords records) {
        Map<TopicPartition, CommitPosition> printed = new LinkedHashMap<>();
        try {
            if (write(records, printed)) {
                // Behind the last record there may be some that nobody is shown.
                records.partitions().forEach(id -> printed.compute(id, this::position));
            }
        } finally {
            if (out.checkError()) {
                isStopped = true;
            } else {
                committer.mark(printed);
            }
        }
    }

    private CommitPosition position(TopicPartition partition, @Nullable CommitPosition last) {
        return new CommitPosition(consumer.position(partition), last == null ? -1 : last.leaderEpoch(), "");
    }

    /** Returns whether all of them were written. */
    private boolean write(ConsumerRecords records, Map<TopicPartition, CommitPosition> printed) {
        boolean isWhole = true;
        for (ConsumerRecord record : records) {
            if (remainingRecords > 0 && ends.isWanted(record)) {
                sink.write(out, record.topic(), record.partition(), record.record());
                printed.put(record.topicPartition(), CommitPosition.after(record));
                remainingRecords--;
            } else {
                isWhole = false;
            }
        }
        return isWhole;
    }
}
