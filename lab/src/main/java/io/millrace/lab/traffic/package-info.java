/**
 * What goes into a topic and comes out of it, seen from outside: reading a whole topic back, following its end, and when
 * writes were acknowledged.
 *
 * <p>May use {@code client} and the record layout of {@code proto}. The checks of the other packages are built on it:
 * they get records with their offsets and never ask a broker themselves.
 *
 * <p>Thread model: {@link io.millrace.lab.traffic.AckClock} is safe for threads, since answers come on the client's;
 * {@link io.millrace.lab.traffic.TopicTail} has a thread of its own; all else belongs to one thread.
 *
 * <p>Reading order: {@code RecordSink}, {@code TopicReplay}, {@code AckClock}, {@code TopicTail}.
 */
@NullMarked
package io.millrace.lab.traffic;

import org.jspecify.annotations.NullMarked;
