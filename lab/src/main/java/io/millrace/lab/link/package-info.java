/**
 * Networks that can be broken: every connection between processes of one machine goes through a proxy here, and each
 * direction between two of them can be stalled or slowed down by itself.
 *
 * <p>A {@link io.millrace.lab.link.LinkProxy} stands in front of each port. Whose connection it is it learns from
 * {@link io.millrace.lab.link.Peers}, so that all may be told the same ports; what may flow says the
 * {@link io.millrace.lab.link.Direction} between the two, which {@link io.millrace.lab.link.LinkMap} keeps.
 *
 * <p>Where servers are somebody else's, {@link io.millrace.lab.link.ClientLinks} leads only this process's clients through such
 * proxies: they are asked for a tunnel, as HTTP has it, since that is what a process's clients can be told to do from outside.
 *
 * <p>Uses the JDK only. Thread model: each proxy has one thread that accepts and two for each connection; all that is public
 * is safe for threads.
 *
 * <p>Reading order: {@code Direction}, {@code LinkMap}, {@code LinkProxy}, {@code Peers}, {@code ClientLinks}.
 */
@NullMarked
package io.millrace.lab.link;

import org.jspecify.annotations.NullMarked;
