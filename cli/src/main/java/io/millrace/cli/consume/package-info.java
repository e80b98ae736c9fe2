/**
 * {@code millrace consume}: records of a topic out, as the bytes that were sent.
 *
 * <p>Uses the client, the record codec and {@code io.millrace.cli.shell}; used by {@code io.millrace.cli.Main} alone,
 * which sees {@link io.millrace.cli.consume.ConsumeCommand} only.
 *
 * <p>Thread model: the main thread prints. Without a group one long poll for each partition is under way; its answer is
 * put into a queue by gRPC's threads, so at most one answer for each partition waits in memory. In a group the main thread
 * polls a {@link io.millrace.client.Consumer}, and commits what it has printed.
 *
 * <p>Reading order: {@code ConsumeCommand}, {@code StartPositions}, {@code ConsumeLoop}, {@code GroupLoop}, {@code
 * Committer}, {@code RecordSink}.
 */
@NullMarked
package io.millrace.cli.consume;

import org.jspecify.annotations.NullMarked;
