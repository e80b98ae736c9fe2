/**
 * gRPC, and the only package that sees its types: thin adapters between the wire and the ports of {@code replication},
 * {@code controller} and {@code group}.
 *
 * <p>A service checks every field, turns names into partitions by the newest
 * {@link io.millrace.broker.core.ClusterImage}, asks a port or forwards the call to the broker that can answer it, and
 * turns the outcome into a message or a status. The other direction, calls from this broker to others, is here too:
 * {@code GrpcPeerTransport} carries replication, {@code GrpcControllerLink} what is asked of the controller,
 * {@code GrpcBroadcast} what the controller tells.
 *
 * <p>{@code GrpcServers} has two listeners. The client one serves the public API, which anybody may call. The internal one
 * serves other brokers: their replication, beats and calls to and from the controller, and public calls that they
 * forward.
 *
 * <p><b>Threads.</b> Calls run on Netty's threads, which all connections share: nothing here blocks. Answers come on the
 * threads of the ports; decoding is handed back to Netty's.
 */
@NullMarked
package io.millrace.broker.rpc;

import org.jspecify.annotations.NullMarked;
