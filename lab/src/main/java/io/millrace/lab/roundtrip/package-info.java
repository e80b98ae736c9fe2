/**
 * The round trip: files go in line by line, come back through another process, and are compared with the files.
 *
 * <p>A sender ({@link io.millrace.lab.roundtrip.RoundTripSender}) makes each line one record, with its terminator, and
 * gives it the key {@code <file index>:<line number>}; file {@code i} goes to partition {@code i mod partitions}. A
 * reader in another process replays every partition ({@link io.millrace.lab.traffic.TopicReplay}) into a
 * {@link io.millrace.lab.roundtrip.Comparison}, which reads the expected bytes from the files themselves, so no error of
 * the sender can hide one of the cluster. {@link io.millrace.lab.roundtrip.SelfTest} proves that the comparison would
 * notice: it plants faults between the two.
 *
 * <p>A sender may kill the leader of the busiest partition midway ({@link io.millrace.lab.roundtrip.LeaderKill}); the comparison
 * is the same.
 *
 * <p>May use {@code client}, the record layout of {@code proto}, and files. Comparison, faults and self-test are pure
 * but for reading the originals; no type here is safe for use by more than one thread at a time.
 *
 * <p>Reading order: {@code LineKey}, {@code OriginalFile}, {@code Comparison}, {@code Report}, {@code Fault},
 * {@code SelfTest}.
 */
@NullMarked
package io.millrace.lab.roundtrip;

import org.jspecify.annotations.NullMarked;
