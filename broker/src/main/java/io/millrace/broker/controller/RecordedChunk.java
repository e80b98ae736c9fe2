package io.millrace.broker.controller;

import io.millrace.coordinator.Operation;
import java.util.List;

/**
 * A node of partition states as a controller has written it, and ZooKeeper has taken it.
 *
 * @param path of a chunk, as in {@code /topics/orders/state/0}
 * @param data JSON, as in the tree
 */
public record RecordedChunk(String path, String data) {

    /** What a transaction that was committed has changed of partitions that were there before. */
    static List<RecordedChunk> of(List<Operation> transaction) {
        return transaction.stream()
                .filter(Operation.SetData.class::isInstance)
                .map(Operation.SetData.class::cast)
                .filter(set -> TreePath.of(set.path()).chunk().isPresent())
                .map(set -> new RecordedChunk(set.path(), set.data()))
                .toList();
    }
}
