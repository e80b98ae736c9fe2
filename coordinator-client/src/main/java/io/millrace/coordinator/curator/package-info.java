/**
 * The coordinator port on a ZooKeeper ensemble, through Apache Curator. Types of Curator and ZooKeeper stop here.
 *
 * <p>{@link io.millrace.coordinator.curator.CuratorCoordinator} is all that others see, with
 * {@link io.millrace.coordinator.curator.CuratorConfig}. Curator keeps the handle and the session. Reads are asked again
 * while there is no connection. A transaction is sent once: a second copy after a lost answer would be refused by the
 * first, so a lost answer is the caller's to settle. Watches are {@code CuratorCache}, the latch is
 * {@code LeaderLatch}.
 *
 * <p>Whatever happens to the ensemble, the connection is tried again without end and the process never exits for it.
 *
 * <p>May be used by the broker's {@code server} package and by tests.
 *
 * <p><b>Threads.</b> ZooKeeper's and Curator's own threads only hand over. Stages complete and listeners run on one
 * thread, {@code mill-zk-0}, so a listener that blocks holds up everything else of this client, but never the session.
 */
@NullMarked
package io.millrace.coordinator.curator;

import org.jspecify.annotations.NullMarked;
