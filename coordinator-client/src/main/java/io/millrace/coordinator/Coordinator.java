package io.millrace.coordinator;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * A tree of small versioned nodes that outlives every broker. Paths are absolute below the adapter's root
 * ({@code /millrace} in ZooKeeper), begin with a slash and do not end with one.
 *
 * <p>Reads may be stale; a transaction never is: what must hold goes into it as an expected version. A stage completes
 * exceptionally with {@link CoordinatorException} only where the service could not be asked or did not answer; for a
 * transaction that case is a value, {@link CommitResult.Unknown}, because it may have happened.
 */
public interface Coordinator extends AutoCloseable {

    /** The node at {@code path} with its data, empty where there is none. */
    CompletionStage<Optional<Node>> read(String path);

    /** Names (not paths) of the children of {@code path} in ascending order; empty where there is no such node. */
    CompletionStage<List<String>> children(String path);

    /** Carries out all operations or none, in order. At most 500 operations and 256 KiB. */
    CompletionStage<CommitResult> commit(List<Operation> operations);

    /** Completes once reads of this client see everything that was committed before the call. */
    CompletionStage<Void> sync();

    /**
     * Watches a node and everything below it until the subscription is closed, across reconnects and lost sessions.
     * Levels are delivered, not edges: several changes may arrive as the last of them.
     */
    Subscription watch(String path, TreeListener listener);

    /** Stands for election at {@code path} under the name {@code id} until the latch is closed. */
    Latch latch(String path, String id, LatchListener listener);

    /** Tells {@code listener} of the session, beginning with its present state. */
    Subscription watchSession(SessionListener listener);

    /** Ends the session: ephemeral nodes of this client vanish at once. Stages still open complete exceptionally. */
    @Override
    void close();
}
