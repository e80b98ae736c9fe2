package io.millrace.lab.run;

import io.millrace.client.ConsumerRecord;
import io.millrace.client.ConsumerRecords;
import io.millrace.lab.drill.Payload;
import io.millrace.lab.history.Run;
import io.millrace.lab.history.Runs;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Tells recorders what one consumer's polls hand out, partition by partition. Belongs to the thread that polls. */
final class PollTelling {
    private final String reader;
    private final boolean isInGroup;
    private final Payload payload;
    private final Recorder recorder;
    private final Map<Integer, Long> positions = new HashMap<>();

    PollTelling(String reader, boolean isInGroup, Payload payload, Recorder recorder) {
        this.reader = reader;
        this.isInGroup = isInGroup;
        this.payload = payload;
        this.recorder = recorder;
    }

    /** Reading of this partition goes on here. */
    void start(int partition, long position) {
        positions.put(partition, position);
    }

    /** Where reading of these goes on is not known any more. */
    void forget(Set<Integer> partitions) {
        positions.keySet().removeAll(partitions);
    }

    /** By partition, the offset of the next record; only of those of which something was read. */
    Map<Integer, Long> positions() {
        return Map.copyOf(positions);
    }

    void tell(ConsumerRecords polled, long askedNs) {
        long nowNs = System.nanoTime();
        Map<Integer, Runs> byPartition = new TreeMap<>();
        for (ConsumerRecord record : polled) {
            byPartition
                    .computeIfAbsent(record.partition(), first -> new Runs())
                    .add(record.offset(), Values.read(payload, record.partition(), record.offset(), record.value()));
        }
        byPartition.forEach((partition, runs) -> tell(partition, runs.list(), askedNs, nowNs));
    }

    private void tell(int partition, List<Run> runs, long askedNs, long nowNs) {
        // A member does not know where the group has committed: it begins where its first record lies.
        long position = positions.getOrDefault(partition, runs.get(0).offset());
        recorder.onPolled(new Polled(reader, isInGroup, partition, askedNs, nowNs, position, runs));
        positions.put(partition, runs.get(runs.size() - 1).endOffset());
    }
}
