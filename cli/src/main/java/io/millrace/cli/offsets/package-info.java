/**
 * {@code millrace offsets}: reads and sets what a consumer group has committed.
 *
 * <p>Uses the client and {@code io.millrace.cli.shell}; used by {@code io.millrace.cli.Main} alone, which sees {@link
 * io.millrace.cli.offsets.OffsetsCommand} only.
 *
 * <p>Thread model: the main thread.
 */
@NullMarked
package io.millrace.cli.offsets;

import org.jspecify.annotations.NullMarked;
