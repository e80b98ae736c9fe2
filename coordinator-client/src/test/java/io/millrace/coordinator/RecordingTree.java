package io.millrace.coordinator;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A tree listener that keeps what it is told, both as events and as the tree that results from them. */
final class RecordingTree implements TreeListener {

    final List<String> events = new CopyOnWriteArrayList<>();
    final AtomicInteger initialized = new AtomicInteger();
    private final SortedMap<String, Node> nodes = new ConcurrentSkipListMap<>();

    @Override
    public void onNode(Node node) {
        nodes.put(node.path(), node);
        events.add("node " + node.path() + " " + node.data());
    }

    @Override
    public void onDeleted(String path) {
        nodes.remove(path);
        events.add("deleted " + path);
    }

    @Override
    public void onInitialized() {
        initialized.incrementAndGet();
        events.add("initialized");
    }

    Optional<Node> node(String path) {
        return Optional.ofNullable(nodes.get(path));
    }

    Map<String, String> data() {
        SortedMap<String, String> data = new java.util.TreeMap<>();
        nodes.forEach((path, node) -> data.put(path, node.data()));
        return data;
    }
}
