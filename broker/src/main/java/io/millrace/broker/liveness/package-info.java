/**
 * Who lives: beats to and from every other broker, probes, and what {@link io.millrace.broker.core.controller.Liveness}
 * makes of them (ADR 0008).
 *
 * <p>{@link io.millrace.broker.liveness.Detector} is the shell. The network is behind two ports,
 * {@link io.millrace.broker.liveness.Beats} and {@link io.millrace.broker.liveness.Prober}; what comes in enters by
 * {@link io.millrace.broker.liveness.BeatReceiver}; verdicts leave by {@link io.millrace.broker.liveness.Verdicts}.
 *
 * <p>May use {@code core} and {@code runtime}. Knows neither the coordinator nor gRPC, and does not act on a verdict.
 *
 * <p><b>Threads.</b> One event loop of its own, {@code mill-beat-0}: a beat must not wait for anything else that a broker
 * does, or its silence would say nothing.
 */
@NullMarked
package io.millrace.broker.liveness;

import org.jspecify.annotations.NullMarked;
