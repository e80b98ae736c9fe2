/**
 * {@code millrace log}: looks into a broker's data directory from outside. Reads only, takes no lock, and works beside a
 * running broker and on a damaged log.
 *
 * <p>May use {@code broker.log}'s inspection and the record layout. Thread model: the main thread.
 *
 * <p>Reading order: {@link io.millrace.cli.log.LogCommand}, {@code DumpCommand}.
 */
@NullMarked
package io.millrace.cli.log;

import org.jspecify.annotations.NullMarked;
