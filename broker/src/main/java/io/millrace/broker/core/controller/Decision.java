package io.millrace.broker.core.controller;

import java.util.List;

/**
 * What comes of an input.
 *
 * @param next the state once {@code writes} are committed; before, and where they are refused, the old one holds
 * @param writes to be recorded, in this order
 * @param reply to be given once they are
 * @param <R> what is answered
 */
public record Decision<R>(ClusterState next, List<Write> writes, R reply) {

    public Decision {
        writes = List.copyOf(writes);
    }

    static <R> Decision<R> unchanged(ClusterState state, R reply) {
        return new Decision<>(state, List.of(), reply);
    }
}
