/**
 * {@code millrace broker}: runs a broker in this process. May use {@code broker.server} only.
 *
 * <p>Thread model: the main thread waits; the broker makes its own threads, and stops in a shutdown hook of its own.
 */
@NullMarked
package io.millrace.cli.broker;

import org.jspecify.annotations.NullMarked;
