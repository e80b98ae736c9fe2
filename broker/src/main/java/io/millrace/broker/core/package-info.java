/**
 * Pure decisions, and the small values that they share.
 *
 * <p>Nothing here does IO, reads a clock, starts or knows a thread, draws a random number or logs: values and events go
 * in, decisions and effects come out, and the same input gives the same output in every JVM (so no hash collections).
 * That is what lets {@code lab} run a whole cluster on one thread from one seed, and what makes a decision testable by a
 * table of cases. ArchUnit holds the rule.
 *
 * <p>May use a part of the JDK and nothing else; everything else in the broker may use it.
 */
@NullMarked
package io.millrace.broker.core;

import org.jspecify.annotations.NullMarked;
