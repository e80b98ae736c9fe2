/**
 * Ids for idempotent producers: given out by every broker from a block of its own, which it takes from the coordination
 * service.
 *
 * <p>{@link io.millrace.broker.producer.ProducerIds} is what {@code rpc} asks. What a producer's id is good for is
 * {@code core.partition}'s to decide, batch by batch. May use the coordinator's ports, {@code core} and {@code runtime}.
 * Knows neither gRPC nor logs.
 *
 * <p><b>Threads.</b> Any thread may ask; what the service answers comes back on the event loop that is handed in, and
 * replies are given there.
 */
@NullMarked
package io.millrace.broker.producer;

import org.jspecify.annotations.NullMarked;
