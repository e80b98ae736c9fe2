package io.millrace.coordinator;

import io.millrace.coordinator.tree.Paths;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The queue of those who stand for controller, for one who has proof that the first of it is dead and does not want to
 * wait until its session ends. Removing a living controller's place is safe: it is told, and the next one's epoch
 * refuses its writes. Any thread may call; stages complete on the coordinator's thread.
 */
public final class ElectionQueue {

    private static final char SEPARATOR = ':';

    /**
     * One place.
     *
     * @param brokerEpoch of the process that took it, by which a process is told from its successor
     */
    public record Place(String path, int brokerId, long brokerEpoch) {}

    private final Coordinator coordinator;

    public ElectionQueue(Coordinator coordinator) {
        this.coordinator = coordinator;
    }

    /** Who controls or is about to; empty where nobody stands. May be stale. */
    public CompletionStage<Optional<Place>> first() {
        return coordinator.children(Paths.CONTROLLER_LATCH).thenCompose(this::first);
    }

    /** Takes one out of the queue; nothing happens if it has left already or took another place since. */
    public CompletionStage<Void> remove(Place place) {
        return coordinator
                .commit(List.of(new Operation.Delete(place.path(), Operation.ANY_VERSION)))
                .thenAccept(result -> {
                    if (result instanceof CommitResult.Unknown unknown) {
                        throw new CoordinatorException(unknown.cause());
                    }
                });
    }

    /** What a process stands under. */
    static String id(int brokerId, long brokerEpoch) {
        return brokerId + String.valueOf(SEPARATOR) + brokerEpoch;
    }

    private CompletionStage<Optional<Place>> first(List<String> names) {
        Optional<String> first = names.stream().min(Comparator.comparing(ElectionQueue::sequence));
        return first.isEmpty()
                ? CompletableFuture.completedFuture(Optional.empty())
                : coordinator
                        .read(Paths.CONTROLLER_LATCH + "/" + first.get())
                        .thenApply(node -> node.flatMap(ElectionQueue::place));
    }

    /** Ten digits at the end of each name; what is before them differs by adapter. */
    private static String sequence(String name) {
        return name.substring(name.lastIndexOf('-') + 1);
    }

    /** Empty where something else than a broker stands. */
    private static Optional<Place> place(Node node) {
        int separator = node.data().indexOf(SEPARATOR);
        try {
            int brokerId = Integer.parseInt(node.data(), 0, Math.max(separator, 0), 10);
            long brokerEpoch =
                    Long.parseLong(node.data(), separator + 1, node.data().length(), 10);
            return Optional.of(new Place(node.path(), brokerId, brokerEpoch));
        } catch (NumberFormatException notABroker) {
            return Optional.empty();
        }
    }
}
