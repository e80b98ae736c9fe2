/**
 * Whole clusters on one thread, from one seed: the product's brokers over simulated seams, clients, faults, and checks
 * after every event.
 *
 * <p>{@code Swarm} draws what a run is like; {@code Simulation} carries it out in three phases: a quiet start, faults under
 * load, and a healed end in which everything must come to life again within a bound. {@code Outcome} is what came of it.
 * The same seed gives the same trace hash in every JVM.
 *
 * <p><b>Threads.</b> One, the caller's; several simulations may run beside each other, each on its own thread. Reading
 * order: {@link io.millrace.lab.simulation.Simulation}, {@link io.millrace.lab.simulation.Swarm}, {@code Faults},
 * {@code Workload}, {@code SimOperator}; then {@code check}, {@code cluster}, {@code seam}.
 */
@NullMarked
package io.millrace.lab.simulation;

import org.jspecify.annotations.NullMarked;
