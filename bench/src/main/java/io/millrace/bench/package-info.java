/**
 * Millrace and Kafka side by side: {@code deploy/compare}. What is measured and how is in {@code docs/benchmarks.md}.
 *
 * <p>Reading order: {@link io.millrace.bench.Compare} is the command, {@link io.millrace.bench.TestBed} has both clusters
 * up, {@link io.millrace.bench.Cell} says what is measured, {@link io.millrace.bench.Pairs} how runs become ratios.
 *
 * <p>May use {@code cli}, the loads and the clusters below it, and Kafka's clients there. Nothing of the product may use
 * this module: it is outside of the default build.
 *
 * <p>Thread model: one run after the other on the main thread; a shutdown hook takes everything down.
 */
@NullMarked
package io.millrace.bench;

import org.jspecify.annotations.NullMarked;
