package io.millrace.coordinator.memory;

import io.millrace.coordinator.CommitResult;
import io.millrace.coordinator.CommitResult.Reason;
import io.millrace.coordinator.Node;
import io.millrace.coordinator.Operation;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One transaction: changes the map step by step and puts back what was there if a step does not fit. */
final class InMemoryTransaction {

    private record Undo(String path, @Nullable Node before) {}

    private final NavigableMap<String, Node> nodes;
    private final long number;
    private final long session;
    private final Deque<Undo> undos = new ArrayDeque<>();
    private final List<Integer> versions = new ArrayList<>();

    InMemoryTransaction(NavigableMap<String, Node> nodes, long number, long session) {
        this.nodes = nodes;
        this.number = number;
        this.session = session;
    }

    CommitResult run(List<Operation> operations) {
        for (int i = 0; i < operations.size(); i++) {
            Optional<Reason> misfit = apply(operations.get(i));
            if (misfit.isPresent()) {
                rollBack();
                return new CommitResult.Refused(i, misfit.get());
            }
        }
        return new CommitResult.Committed(List.copyOf(versions));
    }

    /** In the order of the operations. */
    List<String> changedPaths() {
        List<String> paths = new ArrayList<>();
        undos.descendingIterator().forEachRemaining(undo -> paths.add(undo.path()));
        return paths;
    }

    private Optional<Reason> apply(Operation operation) {
        InMemoryPaths.require(operation.path());
        if (operation instanceof Operation.Create create) {
            return create(create);
        } else if (operation instanceof Operation.SetData setData) {
            return setData(setData);
        } else if (operation instanceof Operation.Delete delete) {
            return delete(delete);
        }
        versions.add(-1);
        return misfit(operation.path(), ((Operation.Check) operation).expectedVersion());
    }

    private Optional<Reason> create(Operation.Create create) {
        if (!nodes.containsKey(InMemoryPaths.parent(create.path()))) {
            return Optional.of(Reason.NO_NODE);
        }
        if (nodes.containsKey(create.path())) {
            return Optional.of(Reason.NODE_EXISTS);
        }
        long owner = create.ephemeral() ? session : 0;
        put(create.path(), new Node(create.path(), create.data(), 0, number, number, owner));
        versions.add(0);
        return Optional.empty();
    }

    private Optional<Reason> setData(Operation.SetData set) {
        Optional<Reason> misfit = misfit(set.path(), set.expectedVersion());
        Node was = nodes.get(set.path());
        if (misfit.isPresent() || was == null) {
            return misfit;
        }
        int version = was.version() + 1;
        put(set.path(), new Node(set.path(), set.data(), version, was.createdAt(), number, was.ephemeralOwner()));
        versions.add(version);
        return Optional.empty();
    }

    private Optional<Reason> delete(Operation.Delete delete) {
        Optional<Reason> misfit = misfit(delete.path(), delete.expectedVersion());
        if (misfit.isPresent()) {
            return misfit;
        }
        String below = InMemoryPaths.prefix(delete.path());
        String next = nodes.higherKey(below);
        if (next != null && next.startsWith(below)) {
            return Optional.of(Reason.NOT_EMPTY);
        }
        put(delete.path(), null);
        versions.add(-1);
        return Optional.empty();
    }

    private Optional<Reason> misfit(String path, int expectedVersion) {
        Node node = nodes.get(path);
        if (node == null) {
            return Optional.of(Reason.NO_NODE);
        }
        boolean fits = expectedVersion == Operation.ANY_VERSION || expectedVersion == node.version();
        return fits ? Optional.empty() : Optional.of(Reason.BAD_VERSION);
    }

    private void put(String path, @Nullable Node after) {
        Node before = after == null ? nodes.remove(path) : nodes.put(path, after);
        undos.push(new Undo(path, before));
    }

    private void rollBack() {
        for (Undo undo : undos) {
            if (undo.before() == null) {
                nodes.remove(undo.path());
            } else {
                nodes.put(undo.path(), undo.before());
            }
        }
    }
}
