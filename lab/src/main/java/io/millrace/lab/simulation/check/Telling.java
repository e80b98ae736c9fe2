package io.millrace.lab.simulation.check;

import io.millrace.broker.core.TopicPartition;
import io.millrace.broker.replication.PartitionServer;
import io.millrace.lab.history.Certainty;
import io.millrace.lab.history.ClientEvent.Failed;
import io.millrace.lab.history.ClientEvent.Fetched;
import io.millrace.lab.history.ClientEvent.Produce;
import io.millrace.lab.history.ClientEvent.ReadToEnd;
import io.millrace.lab.history.ClientEvent.Seek;
import io.millrace.lab.history.HistoryEvent;
import io.millrace.lab.history.HistorySink;
import io.millrace.lab.history.Partition;
import io.millrace.lab.history.Run;
import io.millrace.lab.history.Runs;
import io.millrace.lab.history.Stamp;
import io.millrace.lab.simulation.seam.SimTime;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Function;

/** Tells the history of a simulated run, in simulated time. Costs nothing where nobody keeps it. */
public final class Telling {

    private static final String LAST_READER = "last-reader";

    private final HistorySink sink;
    private final SimTime time;
    private final TreeMap<String, String> names = new TreeMap<>();
    private long lastOp;

    public Telling(HistorySink sink, SimTime time) {
        this.sink = sink;
        this.time = time;
    }

    /** From now on the topic is told by its name and its id. */
    void onTopic(String topicId, String name) {
        names.put(topicId, name + "@" + topicId);
    }

    /** As histories name it. */
    public Partition partition(TopicPartition partition) {
        return new Partition(topic(partition.topicId()), partition.partition());
    }

    String topic(String topicId) {
        return names.getOrDefault(topicId, topicId);
    }

    public List<Partition> partitions(Iterable<TopicPartition> partitions) {
        List<Partition> named = new ArrayList<>();
        partitions.forEach(partition -> named.add(partition(partition)));
        return named;
    }

    /** One event of {@code process}, of now. */
    public void tell(String process, Function<Stamp, HistoryEvent> event) {
        if (sink != HistorySink.NONE) {
            sink.add(event.apply(new Stamp(process, time.wallMillis(), time.nanoTime())));
        }
    }

    /** A number for what is asked for now. */
    public long newOp() {
        return ++lastOp;
    }

    /** Tells that records are handed over, and returns the number of that. */
    public long produce(String process, TopicPartition partition, long value, int count, boolean ordered) {
        long op = newOp();
        tell(process, at -> new Produce(at, op, partition(partition), value, count, ordered));
        return op;
    }

    public void failed(String process, long op, boolean isDefinite, Object why) {
        Certainty certainty = isDefinite ? Certainty.DEFINITE : Certainty.INDETERMINATE;
        tell(process, at -> new Failed(at, op, certainty, String.valueOf(why)));
    }

    /** A client that may have several fetches under way: none follows another. */
    public void fetched(
            String process, long askedNs, TopicPartition partition, long position, PartitionServer.Fetched answer) {
        List<Entry> entries = Values.in(answer.batches().duplicate(), position);
        tell(process, at -> new Seek(at, partition(partition), position));
        tell(
                process,
                at -> new Fetched(
                        at,
                        askedNs,
                        partition(partition),
                        position,
                        answer.highWatermark(),
                        answer.leaderEpoch(),
                        runs(entries, position)));
    }

    /** A member of a group has read what is committed. */
    void processed(String process, TopicPartition partition, long position, List<Entry> entries) {
        tell(
                process,
                at -> new Fetched(
                        at, time.nanoTime(), partition(partition), position, -1, -1, runs(entries, position)));
    }

    /** What lies in all logs at the end. */
    void readToEnd(TopicPartition partition, List<Entry> entries) {
        processed(LAST_READER, partition, 0, entries);
        tell(LAST_READER, at -> new ReadToEnd(at, partition(partition), 0, entries.size()));
    }

    private static List<Run> runs(List<Entry> entries, long from) {
        Runs runs = new Runs();
        long offset = from;
        for (Entry entry : entries) {
            runs.add(offset++, entry.value());
        }
        return runs.list();
    }
}
