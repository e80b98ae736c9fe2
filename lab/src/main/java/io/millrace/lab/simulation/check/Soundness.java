package io.millrace.lab.simulation.check;

import io.millrace.broker.core.TopicPartition;
import java.util.TreeMap;
import java.util.TreeSet;

/** Which replicas have lost something that they had, as far as faults were planted: nobody may have to rely on them. */
final class Soundness {

    /** The broker epoch of the last process that had what was lost. */
    private final TreeMap<String, Long> lost = new TreeMap<>();

    private final TreeSet<String> damaged = new TreeSet<>();

    /** It may lack what processes up to {@code brokerEpoch} had, until a later one has joined. */
    void onLost(TopicPartition partition, int broker, long brokerEpoch) {
        lost.put(place(partition, broker), brokerEpoch);
    }

    /** It holds something else than it did, until that is deleted: who joins with it does not know of it. */
    void onDamage(TopicPartition partition, int broker) {
        damaged.add(place(partition, broker));
    }

    void onDeleted(TopicPartition partition, int broker, long brokerEpoch) {
        damaged.remove(place(partition, broker));
        onLost(partition, broker, brokerEpoch);
    }

    /** It may also be recorded now that a process which has lost all since had everything. */
    void onJoined(TopicPartition partition, int broker, long brokerEpoch) {
        lost.computeIfPresent(place(partition, broker), (place, last) -> brokerEpoch > last ? null : last);
    }

    boolean isSound(TopicPartition partition, int broker) {
        return !lost.containsKey(place(partition, broker)) && !isDamaged(partition, broker);
    }

    boolean isDamaged(TopicPartition partition, int broker) {
        return damaged.contains(place(partition, broker));
    }

    private static String place(TopicPartition partition, int broker) {
        return partition + "@" + broker;
    }
}
