/**
 * The seven seams, simulated: time and scheduling ({@code SimTime}), chance ({@code Chance}), ids ({@code SimIds}), transport
 * ({@code SimNetwork}) and the coordination service ({@code SimEnsemble}). The disk is the broker's own
 * {@link io.millrace.broker.log.memory.CrashableDisk}.
 *
 * <p>Whatever can differ between two runs is drawn here, from the seed. Nothing here knows what brokers do, and nothing
 * iterates over a hash collection.
 *
 * <p>May use the broker's ports ({@code runtime}, {@code replication}, {@code controller}) and the coordinator in memory.
 *
 * <p><b>Threads.</b> One, the caller's. Reading order: {@link io.millrace.lab.simulation.seam.SimTime},
 * {@link io.millrace.lab.simulation.seam.SimProcess}, {@link io.millrace.lab.simulation.seam.SimNetwork},
 * {@link io.millrace.lab.simulation.seam.SimEnsemble}.
 */
@NullMarked
package io.millrace.lab.simulation.seam;

import org.jspecify.annotations.NullMarked;
