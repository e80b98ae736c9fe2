package io.millrace.lab.simulation.check;

/** Hears of topics when they come into the tree, before anything happens in them, and when they go. */
public interface TopicListener {
    void onMade(String name, String topicId, int partitions);

    void onGone(String name, String topicId);
}
