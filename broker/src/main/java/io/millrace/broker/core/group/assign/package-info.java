/**
 * Who in a group reads which partition: pure functions from members, what they want and what they hold, to an assignment.
 *
 * <p>Every assignor is total (each partition that somebody wants has exactly one owner, and only one who wants it) and
 * depends on nothing but its input, so a coordinator that takes over comes to the same result. May use {@code core} and
 * its part of the JDK.
 *
 * <p><b>Threads.</b> Functions on immutable values: any thread.
 */
@NullMarked
package io.millrace.broker.core.group.assign;

import org.jspecify.annotations.NullMarked;
