/**
 * Partition logs on disk: segments, sparse indexes, recovery, the leader-epoch history and group commit.
 *
 * <p>Bytes of record batches go in and come out unchanged; only a leader's stamp (base offset, leader epoch) is written
 * into them. Everything else beside the batches is derived from them and can be rebuilt: {@code .index} files, the
 * {@code epochs} file. The {@code recovery-point} file alone says something that the batches cannot: up to where they
 * were on disk, which is what tells a torn tail (cut) from corruption (reported, nothing is cut).
 *
 * <p>Uses {@code core}, {@code runtime} and the record-batch layout of {@code io.millrace.record}; nothing else. The only
 * package of the broker that touches files, and it does so through {@link io.millrace.broker.log.Disk}.
 *
 * <p><b>Threads.</b> Each {@link io.millrace.broker.log.PartitionLog} has one appender thread, its partition's event loop;
 * it appends, truncates and resets. Any thread may read: readers work on an immutable view that the appender publishes by
 * one volatile write. Flush threads sync. No thread that does IO here may be interrupted: an interrupt closes the file.
 *
 * <p>Reading order: {@link io.millrace.broker.log.DataDirectory}, {@link io.millrace.broker.log.PartitionLog},
 * {@code LogRecovery}, {@link io.millrace.broker.log.GroupCommit}, {@link io.millrace.broker.log.LogInspector}.
 */
@NullMarked
package io.millrace.broker.log;

import org.jspecify.annotations.NullMarked;
