package io.millrace.broker.controller;

import io.millrace.broker.core.InvariantViolation;
import io.millrace.coordinator.CommitResult;
import io.millrace.coordinator.Node;
import io.millrace.coordinator.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * The version of each node that the controller has read or written last: what it expects when it writes again. Another
 * version there means that somebody else wrote, and the write is refused.
 */
final class NodeVersions {

    private final TreeMap<String, Integer> versions = new TreeMap<>();

    void read(List<Node> nodes) {
        nodes.forEach(node -> versions.put(node.path(), node.version()));
    }

    int expected(String path) {
        Integer version = versions.get(path);
        if (version == null) {
            throw new InvariantViolation("INV-CTL-5", "a change of " + path + ", which was never read");
        }
        return version;
    }

    /** {@code path} and all known paths below it, children before their parents. */
    List<String> childrenFirst(String path) {
        String below = path + "/";
        List<String> paths = new ArrayList<>();
        for (String child : versions.tailMap(below).keySet()) {
            if (!child.startsWith(below)) {
                break;
            }
            paths.add(0, child);
        }
        paths.add(path);
        return paths;
    }

    void committed(List<Operation> operations, CommitResult.Committed result) {
        for (int i = 0; i < operations.size(); i++) {
            Operation operation = operations.get(i);
            if (operation instanceof Operation.Delete) {
                versions.remove(operation.path());
            } else if (!(operation instanceof Operation.Check)) {
                versions.put(operation.path(), result.versions().get(i));
            }
        }
    }
}
