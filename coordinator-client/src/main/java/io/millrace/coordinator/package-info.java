/**
 * The coordination service behind typed ports.
 *
 * <p>{@link Coordinator} is the narrow waist: versioned nodes, transactions, recursive watches, sessions and a latch.
 * What Millrace keeps in it stands in {@code tree}. Two adapters implement the port, {@code curator} on a ZooKeeper
 * ensemble and {@code memory} for simulation and tests; one contract suite holds both to the same behaviour.
 *
 * <p>On top of the port, written once for both adapters: {@link io.millrace.coordinator.BrokerRegistry} (who this process is, and that it lives),
 * {@link io.millrace.coordinator.ControllerElection} with {@link io.millrace.coordinator.ElectionQueue} (who controls), {@link io.millrace.coordinator.OffsetStore} (how far groups have come),
 * {@link io.millrace.coordinator.ProducerIdBlocks} (which producer ids are taken).
 *
 * <p>May be used by the broker's {@code controller}, {@code group} and {@code server} packages and by {@code lab}. Knows
 * nothing of brokers' internals, of records or of gRPC.
 *
 * <p><b>Threads.</b> Every method returns at once. Stages complete and listeners run on a thread of the adapter's own,
 * one at a time and in the order in which the service answered; they must hand over to an event loop and return.
 */
@NullMarked
package io.millrace.coordinator;

import org.jspecify.annotations.NullMarked;
