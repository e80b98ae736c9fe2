/**
 * Hosts the partitions of this broker and carries out what {@code core.partition} decides: appends, syncs, reads, and the
 * streams between leaders and followers.
 *
 * <p>{@link io.millrace.broker.replication.PartitionServer} is what {@code rpc} asks; {@code PeerTransport} and
 * {@code ControllerLink} are the transport seam, implemented by {@code rpc} over gRPC and by {@code lab} over a simulated
 * network. May use {@code core}, {@code log}, {@code runtime} and the record-batch layout; knows neither gRPC nor the
 * coordinator: the recorded state of partitions is handed in.
 *
 * <p><b>Threads.</b> Each partition is pinned to one event loop and touched only there. Flush threads sync, reader threads
 * read; what they find comes back to the loop as an input. Transport threads only hand messages over.
 */
@NullMarked
package io.millrace.broker.replication;

import org.jspecify.annotations.NullMarked;
