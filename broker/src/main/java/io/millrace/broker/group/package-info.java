/**
 * Consumer groups, of those that this broker coordinates: who reads what, and how far each group is, kept in the
 * coordination service.
 *
 * <p>{@link io.millrace.broker.group.Groups} is what {@code rpc} asks. {@code core.group} decides; this package claims
 * groups ({@code GroupClaim}), carries out what is decided ({@code HostedGroup}) and writes what all groups change
 * together ({@code GroupWrites}). May use the coordinator's ports, {@code core} and {@code runtime}. Knows neither gRPC nor
 * logs: partitions are asked through {@link io.millrace.broker.group.PartitionLookup}.
 *
 * <p><b>Threads.</b> Any thread may ask. Everything of a group runs on one loop, where replies are given, too.
 *
 * <p>Reading order: {@code GroupCoordinator}, {@code HostedGroups}, {@code HostedGroup}, {@code GroupWrites}.
 */
@NullMarked
package io.millrace.broker.group;

import org.jspecify.annotations.NullMarked;
