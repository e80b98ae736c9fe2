/**
 * Reads a history and finds what must not be in it: the anomalies of Jepsen's checker for logs, and those invariants that
 * can be seen from outside.
 *
 * <p>Each check is a {@link io.millrace.lab.history.HistoryListener} of its own; what several of them know of a partition
 * is in {@code Truth}. What cannot be known for certain is not reported: a check says nothing of operations that were
 * under way at the same time, of leaders that are none any more, or of what nobody read.
 *
 * <p>Memory: about a hundred bytes for each record, in arrays; events are not kept.
 *
 * <p>May use {@code history} only. Thread model: a check belongs to the thread that reads.
 *
 * <p>Reading order: {@code Anomaly}, {@code HistoryCheck}, {@code Truth}, {@code ProduceCheck}, {@code ReadCheck},
 * {@code GroupCheck}, {@code BrokerCheck}.
 */
@NullMarked
package io.millrace.lab.history.check;

import org.jspecify.annotations.NullMarked;
