/**
 * A cluster of the product's own brokers over the simulated seams: what {@code broker.server} wires with threads, gRPC and
 * files is wired here with {@code lab.simulation.seam}.
 *
 * <p>May use all of the broker but {@code rpc} and {@code server}. Decides nothing: who crashes when is up to
 * {@code lab.simulation}.
 *
 * <p><b>Threads.</b> One, the caller's. Reading order: {@link io.millrace.lab.simulation.cluster.SimCluster},
 * {@link io.millrace.lab.simulation.cluster.SimHost}, {@link io.millrace.lab.simulation.cluster.SimBroker}.
 */
@NullMarked
package io.millrace.lab.simulation.cluster;

import org.jspecify.annotations.NullMarked;
