/**
 * The loads under which a cluster is measured, and the arithmetic of what comes of it.
 *
 * <p>A load is let run until it is warm, and then looked at twice, a window apart: how many records are committed by then,
 * and how much processor time each process has used. So both clusters are measured by the same ruler, whatever their
 * clients report of themselves, and no start of a JVM is in a figure. Latencies and gaps are timed by one harness that
 * drives either cluster's client.
 *
 * <p>May use {@code io.millrace.bench.cluster}. Thread model: a load belongs to the thread that runs it, and makes threads
 * of its own for sending and reading where it has to.
 */
@NullMarked
package io.millrace.bench.load;

import org.jspecify.annotations.NullMarked;
