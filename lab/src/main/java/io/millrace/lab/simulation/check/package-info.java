/**
 * What must always hold in a simulated cluster, checked after every event: the S-invariants of docs/INVARIANTS.md. The
 * checkers know nothing of how brokers do it. They see each replica's view and log, what the controller has recorded, and
 * what clients were told.
 *
 * <p>{@code Ledger} holds the truth about one partition: what is committed, which never changes again;
 * {@code WatchedPartitions} has all of them. {@code ReplicaWatch} follows one replica, {@code ReplicaWatches} compares them;
 * {@code RecordWatch} follows the recorded state; {@code Losses} knows what planted faults have taken, and so from whom
 * nothing can be demanded. {@code Checks} puts them together.
 * {@code GroupWatch} follows consumer groups: an {@code OffsetTrack} for each partition, a {@code MembershipWatch} for each group; {@code Asked} knows
 * what people have asked for.
 *
 * <p>May use {@code lab.simulation.cluster}, {@code lab.history} (to which {@code Telling} tells the run) and the broker's values.
 *
 * <p><b>Threads.</b> One, the simulation's.
 */
@NullMarked
package io.millrace.lab.simulation.check;

import org.jspecify.annotations.NullMarked;
