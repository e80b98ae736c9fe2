package io.millrace.lab.simulation.check;

import io.millrace.broker.core.TopicPartition;
import java.util.TreeSet;

/** Which replicas have lost something that they had, as far as faults were planted: nobody may have to rely on them. */
final class Soundness {

    private final TreeSet<String> lost = new TreeSet<>();
    private final TreeSet<String> damaged = new TreeSet<>();

    /** It may lack what it had, until it has joined anew. */
    void onLost(TopicPartition partition, int broker) {
        lost.add(place(partition, broker));
    }

    /** It holds something else than it did, until that is deleted: who joins with it does not know of it. */
    void onDamage(TopicPartition partition, int broker) {
        damaged.add(place(partition, broker));
    }

    void onDeleted(TopicPartition partition, int broker) {
        damaged.remove(place(partition, broker));
        lost.add(place(partition, broker));
    }

    void onJoined(TopicPartition partition, int broker) {
        lost.remove(place(partition, broker));
    }

    boolean isSound(TopicPartition partition, int broker) {
        return !lost.contains(place(partition, broker)) && !isDamaged(partition, broker);
    }

    boolean isDamaged(TopicPartition partition, int broker) {
        return damaged.contains(place(partition, broker));
    }

    private static String place(TopicPartition partition, int broker) {
        return partition + "@" + broker;
    }
}
