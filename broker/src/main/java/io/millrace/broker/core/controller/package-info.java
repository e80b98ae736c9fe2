/**
 * Decides for the whole cluster: who leads each partition, who is in sync, which topics there are and where their
 * replicas go.
 *
 * <p>State is an immutable {@link io.millrace.broker.core.controller.ClusterState}. Every input is one static function
 * from a state to a {@link io.millrace.broker.core.controller.Decision}: the next state, what has to be written for it,
 * and the answer. The next state counts only once the writes are committed; until then the caller keeps the old one. To
 * read: {@code LeaderElection} (rule N12), {@code UncleanElection}, {@code IsrProposals}, {@code TopicCreation} with
 * {@code PlacementPolicy}, {@code TopicDeletion}.
 *
 * <p>May use {@code core} and its part of the JDK. The shell, {@code controller}, owns versions, transactions and the
 * log.
 *
 * <p><b>Threads.</b> Static functions on immutable values: any thread; in a broker, the controller's loop.
 */
@NullMarked
package io.millrace.broker.core.controller;

import org.jspecify.annotations.NullMarked;
