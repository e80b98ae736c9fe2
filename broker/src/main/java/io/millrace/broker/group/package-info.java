/**
 * Consumer groups: what they have committed, kept in the coordination service.
 *
 * <p>{@link io.millrace.broker.group.GroupOffsets} is what {@code rpc} asks. The rules are {@code core.group}'s, the
 * storing is the coordinator's {@code OffsetStore}; this package joins them and turns an absent service into a refusal.
 * May use the coordinator's ports, {@code core} and {@code runtime}. Knows neither gRPC nor logs.
 *
 * <p><b>Threads.</b> Any thread may ask; what the store answers comes back on the event loop that is handed in, and
 * replies are given there.
 */
@NullMarked
package io.millrace.broker.group;

import org.jspecify.annotations.NullMarked;
