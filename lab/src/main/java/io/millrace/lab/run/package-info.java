/**
 * The run: real clients work against a real cluster while faults drawn from a seed strike it, and in the end everything is
 * read back and judged.
 *
 * <p>{@link io.millrace.lab.run.FaultPlan} draws the faults, within a {@link io.millrace.lab.run.FaultScope}; a {@link io.millrace.lab.run.FaultKit} causes and heals them, or
 * says why it cannot; {@link io.millrace.lab.run.LabRun} has them strike one after the other under a workload of producers,
 * readers and members of a group. All that happens goes to {@link io.millrace.lab.run.Recorder}s: the timeline, the check of
 * what consumers saw, and the history, to which {@code ClusterObserver} adds what the cluster says of itself. {@link io.millrace.lab.run.RunReport} is the result, and
 * {@link io.millrace.lab.run.HtmlReport} a page of it that stands by itself.
 *
 * <p>May use {@code client}, {@code lab.cluster}, {@code lab.traffic}, {@code lab.link}, {@code lab.history}, and of {@code lab.drill} the check and the
 * {@code SteadyProducer} with its books;
 * never the broker. Thread model: the run belongs to its caller's thread; each client of the workload has one of its own,
 * and recorders are called by all of them.
 *
 * <p>Reading order: {@code FaultKind}, {@code FaultPlan}, {@code FaultKit}, {@code Recorder}, {@code Workload}, {@code
 * LabRun}, {@code RunReport}.
 */
@NullMarked
package io.millrace.lab.run;

import org.jspecify.annotations.NullMarked;
