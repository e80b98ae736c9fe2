/**
 * Feeds {@code core.controller} from the coordinator and writes its decisions back; and keeps every broker's
 * {@link io.millrace.broker.core.ClusterImage}, controller or not: from watches, and from what a controller tells at once
 * ({@code Broadcast}).
 *
 * <p>May use the coordinator's ports, {@code core} and {@code runtime}. Knows neither gRPC nor logs.
 *
 * <p><b>Threads.</b> One event loop of its own. Stages of the coordinator come back to it as inputs; images are published
 * from it.
 */
@NullMarked
package io.millrace.broker.controller;

import org.jspecify.annotations.NullMarked;
