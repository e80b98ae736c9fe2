/**
 * {@code millrace perf}: how fast a cluster takes records, gives them back, and brings them from the one to the other.
 *
 * <p>May use {@code lab} for the measuring, {@code client}, and what commands share. A command runs on the thread that
 * calls it; progress is drawn by a thread of its own.
 */
@NullMarked
package io.millrace.cli.perf;

import org.jspecify.annotations.NullMarked;
