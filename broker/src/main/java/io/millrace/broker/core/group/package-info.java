/**
 * Consumer groups: who coordinates one ({@code Coordination}), who is in it and reads what ({@code ConsumerGroup}), and
 * what may be committed ({@code OffsetRules}).
 *
 * <p>Pure, as everything below {@code core}. The shell is {@code group}; offsets are kept by the coordination service. May
 * use {@code core}, its part of the JDK, and re2j for expressions.
 *
 * <p><b>Threads.</b> A {@code ConsumerGroup} belongs to its group's loop; everything else are functions on immutable
 * values.
 */
@NullMarked
package io.millrace.broker.core.group;

import org.jspecify.annotations.NullMarked;
