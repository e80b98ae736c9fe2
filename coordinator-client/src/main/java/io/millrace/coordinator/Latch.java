package io.millrace.coordinator;

import java.util.Optional;

/**
 * A place in the queue for a role. Holding it is a hint to run, never authority: two clients may believe to hold it at
 * once (CURATOR-696), so what the holder writes must be checked against a node version.
 */
public interface Latch extends Subscription {

    /** Path of this client's own node in the queue, empty before it has one. */
    Optional<String> ownNode();
}
