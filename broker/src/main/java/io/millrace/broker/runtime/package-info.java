/**
 * Threads and time: event loops, the clock, named executors, the fault handler. Four of the seven seams (clock,
 * scheduler, randomness, ids) are declared here, each with the implementation that a real broker uses; the simulator
 * brings its own.
 *
 * <p>The only package that creates threads or timers, so that each has a name ({@code mill-<role>-<n>}, within Linux's 15
 * characters) and an owner. Sees nothing of the rest of the broker but {@code core}.
 */
@NullMarked
package io.millrace.broker.runtime;

import org.jspecify.annotations.NullMarked;
