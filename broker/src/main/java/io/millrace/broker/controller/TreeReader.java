package io.millrace.broker.controller;

import io.millrace.coordinator.Coordinator;
import io.millrace.coordinator.Node;
import io.millrace.coordinator.tree.Paths;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * Reads parts of the tree afresh, after a sync: what a controller decides upon must not come out of a cache that may be
 * older than what its predecessor wrote. Parents come before their children.
 */
final class TreeReader {

    /** Below /brokers: ids, live nodes. */
    private static final int BROKERS_DEPTH = 2;

    /** Below /topics: names, "state", chunks. */
    private static final int TOPICS_DEPTH = 3;

    private final Coordinator coordinator;
    private final Executor loop;

    TreeReader(Coordinator coordinator, Executor loop) {
        this.coordinator = coordinator;
        this.loop = loop;
    }

    CompletionStage<List<Node>> brokers() {
        return coordinator.sync().thenComposeAsync(synced -> subtree(Paths.BROKERS, BROKERS_DEPTH), loop);
    }

    CompletionStage<List<Node>> brokersAndTopics() {
        return coordinator
                .sync()
                .thenComposeAsync(
                        synced -> flat(
                                List.of(subtree(Paths.BROKERS, BROKERS_DEPTH), subtree(Paths.TOPICS, TOPICS_DEPTH))),
                        loop);
    }

    private CompletionStage<List<Node>> subtree(String path, int depth) {
        CompletionStage<List<Node>> self =
                coordinator.read(path).thenApplyAsync(node -> node.map(List::of).orElseGet(List::of), loop);
        return depth == 0 ? self : flat(List.of(self, below(path, depth)));
    }

    private CompletionStage<List<Node>> below(String path, int depth) {
        return coordinator
                .children(path)
                .thenComposeAsync(
                        names -> flat(names.stream()
                                .map(name -> subtree(path + "/" + name, depth - 1))
                                .toList()),
                        loop);
    }

    private CompletionStage<List<Node>> flat(List<CompletionStage<List<Node>>> parts) {
        CompletableFuture<?>[] all =
                parts.stream().map(CompletionStage::toCompletableFuture).toArray(CompletableFuture<?>[]::new);
        return CompletableFuture.allOf(all)
                .thenApplyAsync(
                        done -> {
                            List<Node> nodes = new ArrayList<>();
                            parts.forEach(part ->
                                    nodes.addAll(part.toCompletableFuture().join()));
                            return nodes;
                        },
                        loop);
    }
}
