/**
 * The drill: a load goes on, something is done to the cluster, and what was acknowledged is compared with what is there.
 *
 * <p>{@link io.millrace.lab.drill.Drill} runs the rounds of a {@link io.millrace.lab.drill.DrillPlan}: the
 * {@link io.millrace.lab.drill.Load} writes records of known content at a steady rate whatever the cluster does, a
 * {@link io.millrace.lab.drill.Fault} strikes while records are in flight, and afterwards
 * {@link io.millrace.lab.drill.TopicCheck} judges every record by where it was acknowledged. The check is pure, and
 * {@link io.millrace.lab.drill.CheckSelfTest} shows that it notices.
 *
 * <p>May use {@code client}, {@code lab.traffic}, {@code lab.cluster}, and the broker's log inspector to compare
 * replicas; never the broker otherwise. Thread model: the drill belongs to its caller's thread; the load has a thread
 * that paces, writes and strikes, and its producer one that answers; others read it only through its methods.
 *
 * <p>Reading order: {@code DrillPlan}, {@code Fault}, {@code SteadyProducer}, {@code PartitionBook}, {@code Load}, {@code
 * SentRuns}, {@code PartitionCheck}, {@code Drill}, {@code DrillReport}.
 */
@NullMarked
package io.millrace.lab.drill;

import org.jspecify.annotations.NullMarked;
