/**
 * What one replica of one partition does: the leader's machine (in-sync set, high watermark, divergence answers) and the
 * follower's (where to cut, what to ask for). The rules are N1 to N11 of docs/INVARIANTS.md, and each method names the
 * ones that it carries out.
 *
 * <p>Reading order: {@link io.millrace.broker.core.partition.EpochLookup},
 * {@link io.millrace.broker.core.partition.PartitionLeader}, {@link io.millrace.broker.core.partition.PartitionFollower}.
 *
 * <p><b>Threads.</b> None. A machine has a single owner, the partition's event loop, and is mutable; inputs are method
 * calls, outputs are effects in the order in which they must happen. Offsets are {@code long}s; an end is exclusive.
 * Sources: KIP-101, KIP-279, KIP-320, KIP-497, KIP-966.
 */
@NullMarked
package io.millrace.broker.core.partition;

import org.jspecify.annotations.NullMarked;
