/**
 * The coordination service in memory, for simulation and tests: one
 * {@link io.millrace.coordinator.memory.InMemoryTree} is the service, each
 * {@link io.millrace.coordinator.memory.InMemoryCoordinator} a client of it with a session of its own.
 *
 * <p>The tree answers at once and in the order of the calls; what a client hears goes through the {@code Executor} that
 * it was connected with. With a queue that a simulator drains, a run is deterministic. Sessions and connections break
 * only where a test says so. {@code ForwardingCoordinator} is for those in which one thing is to differ.
 *
 * <p>May be used by tests and by {@code lab}; uses the JDK and the ports only.
 *
 * <p><b>Threads.</b> Any thread may call: everything is guarded by the tree. The executor has to run one task at a time
 * and in order.
 */
@NullMarked
package io.millrace.coordinator.memory;

import org.jspecify.annotations.NullMarked;
