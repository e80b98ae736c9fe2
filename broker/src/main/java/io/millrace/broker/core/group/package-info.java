/**
 * Decides what a consumer group may commit and what it is shown.
 *
 * <p>Pure, as everything below {@code core}: a request and the cluster's image go in, an outcome comes out. The shell is
 * {@code group}; the offsets themselves are kept by the coordination service. May use {@code core} and its part of the
 * JDK.
 *
 * <p><b>Threads.</b> Static functions on immutable values: any thread.
 */
@NullMarked
package io.millrace.broker.core.group;

import org.jspecify.annotations.NullMarked;
