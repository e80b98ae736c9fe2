/**
 * {@code millrace produce}: lines of bytes in, one record each, into a topic.
 *
 * <p>Uses the client, the record codec's partitioner and {@code io.millrace.cli.shell}; used by {@code
 * io.millrace.cli.Main} alone, which sees {@link io.millrace.cli.produce.ProduceCommand} only. Bytes are never decoded
 * as text, and memory is bounded by one line and two batches for each partition.
 *
 * <p>Thread model: lines are read and appended on the main thread; answers arrive on gRPC's, and {@code Tally} counts
 * them.
 */
@NullMarked
package io.millrace.cli.produce;

import org.jspecify.annotations.NullMarked;
