/**
 * Whole clusters for users' own tests, in the test's process: {@link io.millrace.lab.junit.MillraceCluster} on a test
 * class or method gives it a {@link io.millrace.lab.junit.Cluster}.
 *
 * <p>Brokers are those of production, on a ZooKeeper server of their own. Every connection of a broker, to another one, to
 * ZooKeeper and from clients, goes through a {@link io.millrace.lab.junit.Relay}: that is where networks fail. A broker
 * finds the relays because {@link io.millrace.lab.junit.SteeredCoordinator} changes the addresses that it reads.
 *
 * <p>May use all of {@code broker.server}, the coordinator's port and its Curator adapter, {@code client}, Netty and
 * ZooKeeper's server. JUnit's API is here and nowhere else in main code; users bring it themselves.
 *
 * <p>Thread model: a {@link io.millrace.lab.junit.Cluster} may be used from any thread, its methods one at a time. What is
 * shared with the relays' thread is immutable or a concurrent collection.
 *
 * <p>Reading order: {@link io.millrace.lab.junit.MillraceCluster}, {@link io.millrace.lab.junit.Cluster}, {@link
 * io.millrace.lab.junit.Member}, {@link io.millrace.lab.junit.Links}, {@link io.millrace.lab.junit.Relay}.
 */
@NullMarked
package io.millrace.lab.junit;

import org.jspecify.annotations.NullMarked;
